"""All SQL of Slotbeat, one file a noun. Each function takes the caller's open transaction."""
