"""Signatures of webhooks, checked with the library that receivers use."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from worker.webhooks import signing

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def now() -> datetime:
    """The current time: the library compares with the clock, and allows five minutes."""
    return datetime.now(UTC)


def secret(key: bytes) -> str:
    """A secret in our form."""
    return "whsec_" + base64.b64encode(key).decode()


OLD, NEW = secret(b"o" * 24), secret(b"n" * 64)


@given(st.binary(min_size=24, max_size=64), TEXTS)
def test_a_receiver_finds_the_signature_right(key: bytes, text: str) -> None:
    """For any secret and any text, also beyond ASCII."""
    payload = json.dumps({"caption": text}, ensure_ascii=False)
    headers = signing.signature_headers([secret(key)], "0198c0ffee", now(), payload)
    assert Webhook(secret(key)).verify(payload.encode(), headers) == {"caption": text}


@pytest.mark.parametrize("theirs", [OLD, NEW])
def test_during_a_rotation_both_secrets_sign(theirs: str) -> None:
    """A receiver accepts the signature with either of them."""
    headers = signing.signature_headers([NEW, OLD], "0198c0ffee", now(), "{}")
    assert Webhook(theirs).verify("{}", headers) == {}


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp"])
def test_what_is_signed_cannot_be_changed(header: str) -> None:
    """Neither the id nor the time nor the text, and an old message is not accepted as a new one."""
    headers = signing.signature_headers([NEW], "0198c0ffee", now(), "{}")
    later = str(int(headers["webhook-timestamp"]) + 1)
    changed = {**headers, header: "other" if header == "webhook-id" else later}
    old = signing.signature_headers([NEW], "0198c0ffee", now() - timedelta(minutes=6), "{}")
    for sent, text in ((changed, "{}"), (headers, "{ }"), (old, "{}")):
        with pytest.raises(WebhookVerificationError):
            Webhook(NEW).verify(text, sent)
