"""`slotbeat doctor`: one file a check, and each check is well or says the mend."""
