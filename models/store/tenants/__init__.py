"""Organizations and what they own: API keys, settings, connections, credentials, accounts."""
