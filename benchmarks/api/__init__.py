"""How fast the HTTP API answers where an organization has thousands of queued posts."""
