"""Webhooks on their way: signed, sent to public addresses alone, and repeated until taken."""

from worker.webhooks.webhook_context import WebhookContext

__all__ = ["WebhookContext"]
