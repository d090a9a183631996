"""Signing in with an API key: the form, the session's cookie, CSRF."""
