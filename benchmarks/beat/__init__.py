"""Beat's tick, beside those of other schedulers."""
