"""Callers' own files: taken in, kept, shown, and let go."""
