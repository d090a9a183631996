"""A post's captions by network, and the words in them that make publishing fail on purpose.

| in the caption          | what happens when the post is published                        |
|-------------------------|----------------------------------------------------------------|
| `[[refuse]]`            | every profile that gets this caption ends in ERROR             |
| `[[refuse:instagram]]`  | only the profiles of that network end in ERROR (any code)      |
"""

import hashlib
from collections.abc import Mapping
from typing import Any


def caption_for(content: Mapping[str, Any], network: str) -> str:
    """The caption's plain text for a network: its own, else that for all networks, else empty."""
    texts = {caption.get("net"): caption["plainText"] for caption in reversed(_captions(content))}
    return str(texts.get(network, texts.get(None, "")))


def all_captions(content: Mapping[str, Any]) -> str:
    """Every caption's text, for the search filter."""
    return "\n".join(caption["plainText"] for caption in _captions(content))


def simulated_publish_error(caption: str, network: str) -> str | None:
    """The error with which this network refuses the caption; None when it accepts it."""
    if "[[refuse]]" in caption or f"[[refuse:{network}]]" in caption:
        return f"{network} refused the post (asked for by its caption)"
    return None


def caption_digest(caption: str) -> str:
    """SHA-256 of the text, in hex: the ledger identifies the text without storing it."""
    return hashlib.sha256(caption.encode()).hexdigest()


def marker_in(content: Mapping[str, Any]) -> str:
    """The private note `briefing.markdown`, by which a client finds its post again; else empty."""
    briefing = content.get("briefing") or {}
    return str(briefing.get("markdown") or "")


def _captions(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    captions: list[dict[str, Any]] = content.get("captions") or []
    return captions
