"""Webhooks: status events, the outbox, endpoints, deliveries and their attempts."""
