"""Links between the pages lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

AT_THE_TOP = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "examples/README.md")
PAGES = sorted({*(ROOT / "docs").rglob("*.md"), *(ROOT / name for name in AT_THE_TOP)})
FOLDERS = [path for path in ROOT.iterdir() if any(path.glob("*.py")) or path.name == "tests"]
LINK = re.compile(r"\]\(<?([^)>\s]+)>?\)")
# A file of ours, such as `worker/steps/reconcile.py` or `tests/unit/test_plan*.py`.
NAMED = re.compile(
    rf"`((?:{'|'.join(path.name for path in FOLDERS)})/[\w/*.-]+\.(?:py|js|css|html|json|yml))`"
)
ELSEWHERE = ("https://", "http://", "mailto:")


def prose(page: Path) -> str:
    """A page without what only looks like a link or a heading: code."""
    text = re.sub(
        r"^(```|~~~).*?^\1", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    return re.sub(r"`[^`\n]*`", lambda found: re.sub(r"[\[\]]", "", found[0]), text)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ +(.+?) *$", prose(page), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        repeated = sum(1 for each in found if re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", each))
        found.add(f"{anchor}-{repeated}" if repeated else anchor)
    return found


def find_broken_links(page: Path) -> Iterator[str]:
    """The links of a page that lead nowhere."""
    for link in LINK.findall(prose(page)):
        path, _, anchor = link.partition("#")
        if link.startswith(ELSEWHERE):
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """Each relative link names a file that is there, each anchor a heading of it."""
    assert list(find_broken_links(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_is_named_is_there(page: Path) -> None:
    """A page that names a file of the code by its path is right about it."""
    named = NAMED.findall(page.read_text(encoding="utf-8"))
    assert [name for name in named if not any(ROOT.glob(name))] == []


def packages_of_the_architecture() -> dict[str, list[str]]:
    """The packages of the table in docs/architecture.md, each with the entries that it names."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("## Packages")[2].partition("## Glossary")[0]
    rows = [row.split("|") for row in re.findall(r"^\|(.*)\|$", table, re.MULTILINE)[2:]]
    return {row[0]: re.findall(r"`([\w/]+\.\w+)`", row[-1]) for row in rows}


def test_the_architecture_names_every_package_and_its_entry() -> None:
    """Each top package is in the table of at most 25 rows, and each entry is a file of it."""
    table = packages_of_the_architecture()
    assert len(table) <= 25
    named = {name: re.findall(r"`([\w/]+)/`", name) for name in table}
    top = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert {name.partition("/")[0] for names in named.values() for name in names} >= top
    for row, entries in table.items():
        folders = [ROOT / name for name in named[row]]
        missing = [each for each in entries if not any((it / each).exists() for it in folders)]
        assert not missing, f"{row}: {missing}"


def test_every_page_can_be_reached() -> None:
    """From the README, by links alone."""
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        seen.add(page)
        for link in LINK.findall(prose(page)):
            target = (page.parent / link.partition("#")[0]).resolve()
            inner = sorted(target.glob("*.md")) if target.is_dir() else [target]
            waiting += [each for each in inner if each in PAGES and each not in seen]
    assert seen.issuperset(PAGES), sorted(set(PAGES) - seen)


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    """A missing file, a missing heading; good ones, code and other sites are left alone."""
    (tmp_path / "b.md").write_text("# Two words\n## `org create` & more\n## Two words\n")
    page = tmp_path / "a.md"
    page.write_text(
        "# Here\n[1](b.md) [2](b.md#two-words) [3](b.md#org-create--more) [4](#here) [5](gone.md)\n"
        "[6](b.md#gone) [7](#gone) [8](https://x.example/#y) `[9](gone)` [10](b.md#two-words-1)\n"
        "```\n[11](gone.md)\n```\n"
    )
    assert list(find_broken_links(page)) == ["gone.md", "b.md#gone", "#gone"]
