"""Files: what they are, where they may come from, and the storage of callers' own files."""
