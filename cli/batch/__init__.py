"""Batches: calendars imported from files, exported to files, and followed until all is out."""
