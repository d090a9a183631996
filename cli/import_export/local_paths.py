"""Finds the file that a calendar names, however its name was written.

macOS writes accents as signs of their own (NFD), where people type them as parts of letters (NFC);
Windows separates folders by backslashes.
"""

import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote, urlsplit

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class UnusableFile(Exception):
    """A file that no post can use; the text says why."""


def find_path(folder: Path, link: str) -> Path:
    """The path that a link names; it may not exist. OSError or ValueError for an impossible one."""
    name = _name_of(link)
    path = folder / name
    if path.exists():
        return path
    if _DRIVE.match(name):
        raise UnusableFile(
            "is a path of a Windows machine; copy the file to the calendar's folder, and write "
            "its name, such as media/photo.jpg"
        )
    return _find_parts(folder, name.replace("\\", "/"))


def _name_of(link: str) -> str:
    if not link.lower().startswith("file:"):
        return link
    parts = urlsplit(link)
    if parts.netloc not in ("", "localhost"):
        raise UnusableFile("names another machine; a file here is file:name or file:///folder/name")
    return unquote(parts.path)


def _find_parts(folder: Path, name: str) -> Path:
    """The path, folder by folder. Where none has exactly this name, the one that looks the same."""
    path = folder / name
    found = Path(path.anchor)
    for part in path.parts[bool(path.anchor) :]:
        found = _child(found, part)
    return found


def _child(folder: Path, name: str) -> Path:
    child = folder / name
    if name == ".." or child.exists() or not folder.is_dir():
        return child
    same = [each for each in folder.iterdir() if _composed(each.name) == _composed(name)]
    return same[0] if len(same) == 1 else child


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)
