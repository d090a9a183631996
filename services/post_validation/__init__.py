"""Checks a post against its networks: type, lengths, media and platform fields. Pure."""
