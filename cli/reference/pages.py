"""The list of reference pages, and the folder that they are written to."""

from collections.abc import Mapping
from pathlib import Path

from cli.reference.commands_page import render_commands_page
from cli.reference.http_page import render_http_page
from cli.reference.metrics_page import render_metrics_page
from cli.reference.modules_page import render_modules_page
from cli.reference.settings_page import render_settings_page

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


def render_pages() -> dict[str, str]:
    """The text of every page, by its file's name."""
    return {
        "settings.md": render_settings_page(),
        "cli.md": render_commands_page(),
        "http.md": render_http_page(),
        "metrics.md": render_metrics_page(),
        "modules.md": render_modules_page(),
    }


def find_outdated(texts: Mapping[str, str], folder: Path = FOLDER) -> list[str]:
    """The names of the pages whose file has another text, or is missing."""
    return [name for name, text in texts.items() if _read_page(folder / name) != text]


def write_outdated(texts: Mapping[str, str], folder: Path = FOLDER) -> list[str]:
    """Write the outdated pages; their names."""
    changed = find_outdated(texts, folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed:
        (folder / name).write_text(texts[name], encoding="utf-8")
    return changed


def _read_page(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
