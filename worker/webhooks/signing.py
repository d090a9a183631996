"""Webhook signatures, as the Standard Webhooks specification defines them. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"


def signature_headers(
    secrets: Sequence[str], event_id: str, at: datetime, payload: str
) -> dict[str, str]:
    """The three headers for a payload that is sent at this time; one signature for each secret."""
    timestamp = str(int(at.timestamp()))
    signed = f"{event_id}.{timestamp}.{payload}".encode()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{_signature(each, signed)}" for each in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
