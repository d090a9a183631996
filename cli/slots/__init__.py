"""`slotbeat slots`: preview a rule's slots, and replan posts."""
