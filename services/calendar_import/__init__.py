"""Calendars as CSV and JSON Lines: read, checked, imported in batches, exported."""
