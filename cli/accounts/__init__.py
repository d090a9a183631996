"""`slotbeat accounts`: connect, list and disconnect accounts."""
