"""Webhooks: events of posts, the outbox, endpoints, deliveries and their attempts."""
