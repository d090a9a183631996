"""Texts as HTML: escaped, in paragraphs, with links that can be followed. Pure."""

import html
import re
from typing import Final

from provider.links import find_links

_BLANK_LINES: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def escape(text: str) -> str:
    """The text as it is written. Brackets too: WordPress would run `[gallery]` as a shortcode."""
    return html.escape(text, quote=False).replace("[", "&#091;").replace("]", "&#093;")


def attribute(text: str) -> str:
    """The text as the value of an attribute, between double quotes."""
    return escape(text).replace('"', "&quot;")


def paragraphs(text: str) -> list[str]:
    """The content of each paragraph; a blank line begins a new one, a line break stays one."""
    parts = (part.strip() for part in _BLANK_LINES.split(text))
    return [link_text(part).replace("\n", "<br>") for part in parts if part]


def link_text(text: str) -> str:
    """The text with its links."""
    parts, end = [], 0
    for link in find_links(text):
        written = escape(text[link.start : link.end])
        parts += [escape(text[end : link.start]), f'<a href="{attribute(link.uri)}">{written}</a>']
        end = link.end
    return "".join((*parts, escape(text[end:])))
