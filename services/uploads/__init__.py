"""Callers' own files: stored, referenced by posts, read back, removed."""
