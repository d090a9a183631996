"""An organization's own files: stored, referenced by posts, read back, deleted."""
