"""`slotbeat calendar`: show the calendar of slots, simulate another one."""
