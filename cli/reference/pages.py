"""Which pages there are, and where they lie."""

from collections.abc import Mapping
from pathlib import Path

from cli.reference.commands_page import commands_page
from cli.reference.http_page import http_page
from cli.reference.metrics_page import metrics_page
from cli.reference.settings_page import settings_page

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


def pages() -> dict[str, str]:
    """The text of every page, by its file's name."""
    return {
        "settings.md": settings_page(),
        "cli.md": commands_page(),
        "http.md": http_page(),
        "metrics.md": metrics_page(),
    }


def outdated(texts: Mapping[str, str], folder: Path = FOLDER) -> list[str]:
    """The names of those whose file says something else, or is not there."""
    return [name for name, text in texts.items() if _stored(folder / name) != text]


def renew(texts: Mapping[str, str], folder: Path = FOLDER) -> list[str]:
    """Write the outdated ones; their names."""
    changed = outdated(texts, folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed:
        (folder / name).write_text(texts[name], encoding="utf-8")
    return changed


def _stored(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
