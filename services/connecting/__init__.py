"""Connecting accounts: tries what a person entered while the person waits, and writes what the
provider accepted. The only use cases that call a provider."""
