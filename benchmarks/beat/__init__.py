"""Compares beat's tick with those of other schedulers."""
