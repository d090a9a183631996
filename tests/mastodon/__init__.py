"""Helpers for tests of Mastodon's API, on our sandbox and on snac."""
