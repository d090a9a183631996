"""docs/reference/modules.md, from the first docstring line of every module."""

import ast
from collections.abc import Iterator
from pathlib import Path

from cli.reference.markdown import render_page, render_table

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "models", "scheduler", "worker", "provider", "media", "services", "api", "ui", "cli", "config",
    "simulator",
)  # fmt: skip
INTRODUCTION = """\
Every module with the first line of its docstring. [Architecture](../architecture.md) explains how
the packages work together."""


def render_modules_page() -> str:
    """One table for each package; migrations are left out, for their order says what they do."""
    sections = [_section(folder) for name in PACKAGES for folder in _folders(ROOT / name)]
    return render_page("Modules", INTRODUCTION, *sections)


def _folders(package: Path) -> Iterator[Path]:
    """A package and its sub-packages, in the order of their names."""
    yield package
    for folder in sorted(package.iterdir()):
        if (folder / "__init__.py").exists() and folder.name != "migrations":
            yield from _folders(folder)


def _section(folder: Path) -> str:
    name = folder.relative_to(ROOT).as_posix()
    modules = sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
    rows = [(f"`{path.name}`", _summary(path)) for path in modules]
    table = render_table(("Module", "What it is"), rows) if rows else ""
    return f"## `{name}/`\n\n{_summary(folder / '__init__.py')}\n\n{table}"


def _summary(path: Path) -> str:
    """The first paragraph of a module's docstring."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.partition("\n\n")[0]
