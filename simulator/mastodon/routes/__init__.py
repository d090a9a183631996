"""The calls of the sandbox."""
