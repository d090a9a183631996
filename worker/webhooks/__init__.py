"""Webhook calls: signed, sent to public addresses only, and repeated until they succeed."""

from worker.webhooks.webhook_context import WebhookContext

__all__ = ["WebhookContext"]
