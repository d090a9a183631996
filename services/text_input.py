"""Texts as people and programs write them. Pure."""

import re

_LINE_END = re.compile(r"\r\n?")


def normalize_newlines(text: str) -> str:
    """A text with `\\n` as its only line break: CR LF, or CR alone, is one line break too."""
    return _LINE_END.sub("\n", text)
