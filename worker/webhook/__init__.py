"""Webhooks on their way: signed, sent to public addresses alone, and repeated until taken."""

from worker.webhook.courier import WebhookContext

__all__ = ["WebhookContext"]
