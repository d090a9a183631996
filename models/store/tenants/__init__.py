"""Organizations and what they own: API keys, settings, workspaces, credentials, accounts."""
