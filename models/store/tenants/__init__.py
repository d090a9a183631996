"""Organizations and what belongs to them: API keys, settings, credentials, accounts."""
