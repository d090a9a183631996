"""Content calendars as CSV and JSON Lines: read, check, import in batches, export."""
