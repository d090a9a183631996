"""The pages for API keys, and for the sessions that have signed in with them."""
