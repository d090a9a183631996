"""Folds a text: case, width and spaces make no difference, to a search and to labels. Pure."""

import unicodedata


def fold(text: str) -> str:
    """The text in one line, in one case of every script, and in one Unicode form."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())
