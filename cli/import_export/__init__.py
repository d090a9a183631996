"""`slotbeat posts import` and `posts export`: calendars read from files and written to files."""
