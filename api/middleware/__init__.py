"""ASGI middleware before every route: access log, idempotency, URL and body checks, rate limits."""
