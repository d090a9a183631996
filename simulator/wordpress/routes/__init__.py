"""The calls of the REST API, by subject."""
