"""Accounts, files and statuses as JSON, and a text as the HTML that readers get."""

import html
import re
from typing import Any

from simulator.mastodon.state import HOST, Media, SandboxAccount, SandboxState, Status

LINK = re.compile(r"https?://[^\s<]+")
MENTION = re.compile(r"@(\w+)@[\w.]+\w")


def to_html(text: str) -> str:
    """Paragraphs, with links that are shortened by spans, and mentions without their server."""
    escaped = html.escape(text, quote=False)
    linked = LINK.sub(lambda found: _link(found.group()), escaped)
    mentioned = MENTION.sub(r'<span class="h-card">@<span>\1</span></span>', linked)
    paragraphs = mentioned.strip().split("\n\n")
    return "".join(f"<p>{each.replace(chr(10), '<br />')}</p>" for each in paragraphs)


def _link(url: str) -> str:
    scheme, _, rest = url.partition("://")
    hidden = f'<span class="invisible">{scheme}://</span>'
    shown = f'<span class="ellipsis">{rest[:30]}</span><span class="invisible">{rest[30:]}</span>'
    return f'<a href="{url}">{hidden}{shown}</a>'


def account_json(account: SandboxAccount) -> dict[str, Any]:
    """An account."""
    return {
        "id": account.id,
        "username": account.name,
        "acct": account.name,
        "display_name": "",
        "url": f"https://{HOST}/@{account.name}",
    }


def media_json(media: Media) -> dict[str, Any]:
    """A file; it has no address until it is ready."""
    url = None if media.polls else f"https://files.{HOST}/{media.id}"
    return {"id": media.id, "type": media.kind, "url": url, "description": media.description}


def status_json(state: SandboxState, status: Status) -> dict[str, Any]:
    """A status as its author sees it."""
    account = state.accounts[status.owner]
    return {
        "id": status.id,
        "created_at": status.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "in_reply_to_id": status.in_reply_to,
        "visibility": status.visibility,
        "spoiler_text": status.warning,
        "sensitive": status.is_sensitive,
        "language": status.language,
        "content": to_html(status.text),
        "url": f"https://{HOST}/@{account.name}/{status.id}",
        "reblog": None,
        "account": account_json(account),
        "media_attachments": [media_json(each) for each in status.media],
    }
