"""The title of a post: its own, else the first line of its caption. Pure.

A whole first line that became the title is not repeated in the text, unless nothing else would be
in the post. One that is too long for a title is cut at a word, and stays in the text.
"""

from typing import Final

from media.graphemes import shorten
from provider.protocol import Draft

# In code points; longer titles are cut by search engines and themes.
MAX_LENGTH: Final = 80


def split_title(draft: Draft) -> tuple[str, str]:
    """The title, and the text without it."""
    text = draft.caption.strip()
    if draft.title.strip():
        return draft.title.strip(), text
    line, _, rest = text.partition("\n")
    line = line.strip()
    if len(line) > MAX_LENGTH:
        return shorten(line, MAX_LENGTH), text
    rest = rest.strip("\n")
    return line, rest if rest.strip() or draft.media else text
