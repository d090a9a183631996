"""Cells that hold a list: accounts, links to media, and alt texts. Pure."""

import json
import re

from media.graphemes import cut
from services.calendar_import.rows import BadCell
from services.text_input import normalize_newlines

# What people write between links, beside blanks.
_SIGNS = ",;|\uff0c\u3001\uff1b"
_SCHEMES = r"(?:https?|slotbeat|file):"
# A link with a scheme of its own begins behind this comma or other sign.
_NEXT_LINK = re.compile(rf"(?<![{_SIGNS}])[{_SIGNS}]++(?={_SCHEMES})", re.IGNORECASE)
_SECOND_LINK = re.compile(rf"[^\s{_SIGNS}][\s{_SIGNS}]++{_SCHEMES}", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_BETWEEN_ACCOUNTS = re.compile(f"[{_SIGNS}]+")
_ENDING = r"\.(?:jpe?g|png|gif|webp|heic|heif|avif)"
# East Asian signs may be in a file's name; they separate only behind an ending.
_BETWEEN_NAMES = re.compile(rf"[,;|]+|(?<=\.\w{{3}})[{_SIGNS}]+|(?<=\.\w{{4}})[{_SIGNS}]+")
_NAME_BEHIND_COMMA = re.compile(rf"{_ENDING}[{_SIGNS}]", re.IGNORECASE)
SEPARATORS = "separate links by a blank or a new line, and write %2C for a comma within a link"
LINKS_WANTED = f"must be links, or a JSON list of links; {SEPARATORS}"
TEXTS_WANTED = 'must be texts, one a line, or a JSON list of texts, such as ["A cup", "A loaf"]'


def split_accounts(text: str) -> list[str]:
    """Ids of accounts, separated by commas, semicolons or blanks."""
    return _BETWEEN_ACCOUNTS.sub(" ", text).split()


def single_link(name: str, text: str) -> str:
    """The link in a cell; BadCell where there are several."""
    if _SECOND_LINK.search(text):
        raise BadCell(name, f"takes one link, and {cut(text.strip(), 200)!r} has several")
    return text.strip()


def split_links(name: str, text: str) -> list[str]:
    """Links and names of files, separated by blanks or commas, or as a JSON list.

    A comma may belong to a link: there it separates only before another link. Where it may be
    either, BadCell says what separates links.
    """
    if text.lstrip().startswith("["):
        return _parse_list(name, text)
    parts = _NEXT_LINK.sub(" ", text).split()
    return [link for part in parts for link in _split_part(name, part)]


def join_links(links: list[str]) -> str:
    """A cell that `split_links` reads as these links."""
    text = " ".join(links)
    try:
        is_same = split_links("photoUrls", text) == links
    except BadCell:
        is_same = False
    return text if is_same else json.dumps(links, ensure_ascii=False)


def split_texts(name: str, text: str) -> list[str]:
    """Texts, one a line, or separated by bars on the only line, or as a JSON list. An empty one
    keeps its place."""
    if text.lstrip().startswith("["):
        return _parse_list(name, text, TEXTS_WANTED)
    lines = normalize_newlines(text).rstrip().split("\n")
    return [each.strip() for each in (lines if len(lines) > 1 else text.split("|"))]


def join_texts(texts: list[str]) -> str:
    """A cell that `split_texts` reads as these texts."""
    text = "\n".join(texts)
    try:
        is_same = split_texts("altTexts", text) == texts
    except BadCell:
        is_same = False
    return text if is_same else json.dumps(texts, ensure_ascii=False)


def _split_part(name: str, part: str) -> list[str]:
    part = part.strip(_SIGNS)
    if not _SCHEME.match(part):
        return [each for each in _BETWEEN_NAMES.split(part) if each]
    if _NAME_BEHIND_COMMA.search(part):
        raise BadCell(name, f"{cut(part, 200)!r} may be one link or several; {SEPARATORS}")
    return [part]


def _parse_list(name: str, text: str, wanted: str = LINKS_WANTED) -> list[str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise BadCell(name, wanted)
    return found
