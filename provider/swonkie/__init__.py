"""Swonkie's public API, version 2.

client    the calls
wire      one request: credentials, time limits, and the sorting of what goes wrong
mapping   our words → Swonkie's
answers   Swonkie's words → ours
"""
