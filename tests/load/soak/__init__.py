"""A soak: hours at a steady rate with retention on, and whether anything grows."""
