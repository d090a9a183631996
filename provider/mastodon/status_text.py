"""Whether a published status says what a draft says. Pure.

A server shows HTML: links are shortened by spans, mentions lose their server, some servers turn
marks such as * into tags. So the source of the status is compared where the server has it, else
only the letters and digits of both.
"""

import re
from html.parser import HTMLParser
from typing import Any, Final

from provider.mastodon.statuses import StatusDraft

# A server shows no more of a mention than its user name.
MENTION: Final = re.compile(r"@(\w[\w.-]*)@[\w.-]+\w")
# A media id so long is in the address of the file, where the server gives it a new id.
LONG_ID: Final = 20
OPEN: Final = frozenset(("public", "unlisted"))


def may_be(status: dict[str, Any], draft: StatusDraft, in_reply_to: str | None) -> bool:
    """Whether a status may be the draft's, by all but its text."""
    return (
        not status.get("reblog")
        and (status.get("in_reply_to_id") or None) == in_reply_to
        and _is_as_open(status.get("visibility"), draft.visibility)
        and _has_media(status.get("media_attachments"), draft)
    )


def same_source(source: dict[str, Any], draft: StatusDraft) -> bool:
    """Whether the text that was sent for a status is the draft's."""
    text, warning = source.get("text"), source.get("spoiler_text") or ""
    if not isinstance(text, str) or not isinstance(warning, str):
        return False
    # A status without a text gets its warning as its text.
    expected = draft.text if draft.text.strip() else draft.warning
    return _words(text) == _words(expected)


def same_html(status: dict[str, Any], draft: StatusDraft) -> bool:
    """Whether a status shows the letters and digits of the draft."""
    content = status.get("content")
    return isinstance(content, str) and _letters(_plain(content)) == _letters(draft.text)


def _is_as_open(shown: object, wanted: str | None) -> bool:
    """A server may list less openly what should be public, and some know only these two kinds."""
    return wanted is None or (shown in OPEN) == (wanted in OPEN)


def _has_media(attachments: object, draft: StatusDraft) -> bool:
    found = (
        [each for each in attachments if isinstance(each, dict)]
        if isinstance(attachments, list)
        else []
    )
    if len(found) != len(draft.media):
        return False
    return all(any(_is_file(each, media.id) for each in found) for media in draft.media)


def _is_file(attachment: dict[str, Any], media_id: str) -> bool:
    url = str(attachment.get("url"))
    return attachment.get("id") == media_id or (len(media_id) >= LONG_ID and media_id in url)


def _words(text: str) -> str:
    return " ".join(text.split())


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", MENTION.sub(r"@\1", text)).casefold()


def _plain(html: str) -> str:
    parser = _TextParser()
    parser.feed(html)
    parser.close()
    return "".join(parser.texts)


class _TextParser(HTMLParser):
    """Collects the texts of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        """A text between two tags."""
        self.texts.append(data)
