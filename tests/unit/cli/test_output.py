"""What commands print, on terminals and into pipes."""

import io
import json

import pytest
from rich.console import Console

from cli.output import build_table, print_line, stream_json

ID = "01a201e9f321733ab307a828aacbf2e9"
ROWS = [(ID, "a caption that is much too long for this terminal", "[bold]markup[/bold]")]


def drawn(width: int, *, is_terminal: bool) -> str:
    """The table as a console of this width prints it."""
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=is_terminal)
    console.print(build_table("Posts", ["id", "caption", "note"], ROWS))
    return file.getvalue()


def test_an_id_stays_whole_in_a_narrow_terminal() -> None:
    """Other columns are folded; an id can be copied, and no line is longer than the terminal."""
    lines = drawn(60, is_terminal=False).splitlines()
    assert any(ID in line for line in lines)
    assert max(map(len, lines)) <= 60


def test_without_a_terminal_there_is_no_colour() -> None:
    """A pipe gets no escape codes, and what people wrote is never read as markup."""
    assert "\x1b[" in drawn(200, is_terminal=True)
    assert "\x1b[" not in drawn(200, is_terminal=False)
    assert "[bold]markup[/bold]" in drawn(200, is_terminal=False)


@pytest.mark.parametrize("values", [[], [{"a": 1}], [{"a": 1}, {"a": "ü"}, {"a": None}]])
def test_a_list_that_is_streamed_is_one_document(
    values: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    """However long the list is."""
    stream_json("posts", iter(values))
    assert json.loads(capsys.readouterr().out) == {"posts": values}


def test_control_characters_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """An escape sequence in a caption or a name is text; a line break stays one."""
    print_line("Fresh\x1b[2J at\x07 8\nand 9")
    assert capsys.readouterr().out == "Fresh [2J at  8\nand 9\n"
    file = io.StringIO()
    Console(file=file, width=80).print(build_table("Posts", ["note"], [("\x1b[31mred\x9b",)]))
    assert "[31mred" in file.getvalue()
    assert {"\x1b", "\x9b"}.isdisjoint(file.getvalue())
