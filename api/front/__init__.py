"""What stands before every route: limits on size and rate, and replay."""
