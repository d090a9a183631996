"""How a post will look on each of its networks: its text with links, cut where the network folds
it, its files and its title. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from media.graphemes import cut
from models.post_content import VersionContent
from services.post_validation.title_fields import TITLE_FIELDS
from services.post_validation.whole_post import DeliveryTarget
from ui.calendar.post_card import platform_name
from ui.compose.file_fields import FileItem

# After so many characters an app shows "more". The networks do not document it, and change it: the
# numbers are what their apps showed in 2026, rounded.
FOLDS: Final = {"facebook": 480, "instagram": 125, "linkedin": 210, "tiktok": 100, "youtube": 150}
# So many files are shown, and how many more there are.
SHOWN_FILES: Final = 4
_PART: Final = re.compile(r"https?://[^\s<>\"]+|(?<![\w/])[#@][\w.]*\w")


@dataclass(frozen=True, slots=True)
class TextPart:
    """A part of a text. `is_link`: a link, a hashtag or a mention."""

    text: str
    is_link: bool


@dataclass(frozen=True, slots=True)
class NetworkPreview:
    """A post on one network. `accounts`: which of them, where not all get the same. `more_files`:
    how many are not shown."""

    platform: str
    network: str
    accounts: list[str]
    title: str
    parts: list[TextPart]
    is_folded: bool
    files: list[FileItem]
    more_files: int


def build_previews(
    contents: Sequence[tuple[DeliveryTarget, VersionContent]],
    files: Sequence[FileItem],
    title: str,
    account_names: Mapping[str, str],
) -> list[NetworkPreview]:
    """A preview for each network, and for each of its contents where accounts differ. `title`: of
    the post, for networks whose posts have one."""
    groups: list[tuple[str, VersionContent, list[str]]] = []
    for target, content in contents:
        same = (each[2] for each in groups if each[:2] == (target.platform, content))
        names = next(same, None)
        if names is None:
            names = []
            groups.append((target.platform, content, names))
        names.append(account_names.get(target.account_id or "", ""))
    return [_preview(*each, files, title) for each in groups]


def _preview(
    platform: str,
    content: VersionContent,
    names: Sequence[str],
    files: Sequence[FileItem],
    title: str,
) -> NetworkPreview:
    fold = FOLDS.get(platform)
    text = content.caption.strip()
    shown = cut(text, fold).rstrip() if fold else text
    own = [files[place] for place in content.media if place < len(files)]
    own_title = content.fields.get(TITLE_FIELDS.get(platform, ""), "")
    return NetworkPreview(
        platform,
        platform_name(platform),
        [each for each in names if each],
        own_title or (title if platform == "wordpress" else ""),
        split_links(shown),
        len(shown) < len(text),
        own[:SHOWN_FILES],
        max(len(own) - SHOWN_FILES, 0),
    )


def split_links(text: str) -> list[TextPart]:
    """A text in parts, those that the network makes links of apart."""
    parts, end = [], 0
    for match in _PART.finditer(text):
        parts += [TextPart(text[end : match.start()], False), TextPart(match[0], True)]
        end = match.end()
    return [each for each in [*parts, TextPart(text[end:], False)] if each.text]
