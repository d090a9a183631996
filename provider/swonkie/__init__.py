"""Swonkie's public API, version 2.

client          the calls
http            one request: credentials, and the translation of errors
request_bodies  our terms → Swonkie's
carried_fields  the platform fields that Swonkie has a place for
responses       Swonkie's terms → ours
credentials     API id and keys, which may change
"""
