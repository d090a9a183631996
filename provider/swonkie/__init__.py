"""Swonkie's public API, version 2.

client          the calls
http            one request: credentials, and the translation of errors
request_bodies  our terms → Swonkie's
responses       Swonkie's terms → ours
credentials     API id and keys, which may change
"""
