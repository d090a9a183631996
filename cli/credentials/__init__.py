"""`slotbeat credentials`: set, show, remove and rotate provider credentials."""
