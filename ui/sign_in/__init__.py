"""Sign-in with an API key, the session cookie, and CSRF protection of every form."""
