"""What stands before every route: checked texts and bodies, limits of rate, idempotency keys.

`exchange` lets the parts of one request's way talk to each other; docs/decisions/0017 says why
each is where it is.
"""
