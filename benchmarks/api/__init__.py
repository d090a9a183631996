"""Measures the HTTP API for organizations with thousands of queued posts."""
