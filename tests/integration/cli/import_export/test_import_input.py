"""`slotbeat posts import`: input files, link checks, and progress."""

import io
import json
import os
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from rich.console import Console

from cli import output
from cli.import_export import progress_bar
from tests.integration.cli.import_export.calendar_files import rows_with_status
from tests.integration.cli.run_command import CommandRunner, sqlite_environment

HEADER = "postType,caption,platforms"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> CommandRunner:
    """A folder with one organization in its database."""
    made = sqlite_environment(tmp_path_factory.mktemp("import"), ALLOW_PRIVATE_MEDIA="1")
    made.slotbeat("org", "create", "A")
    return made


@pytest.fixture
def prompts() -> Iterator[tuple[str, Counter[str]]]:
    """A server without any file: its address, and how often it was asked for what."""
    count: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            count[f"{self.command} {self.path}"] += 1
            self.send_error(404)

        do_GET = do_HEAD  # noqa: N815  (the name that the library wants)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", count
        server.shutdown()


def test_the_first_line_that_is_no_utf_8_is_named(shell: CommandRunner) -> None:
    """However far down in the file it is, by its line and byte; and UTF-16 that is broken by its
    name."""
    file = shell.cwd / "calendar.csv"
    for content, said in (
        (f"{HEADER}\n".encode() + b"text,a,x\n" * 9000 + b"text,caf\xe9,x\n", "line 9002:"),
        (f"{HEADER}\n".encode("utf-16") + b"t", "is not valid UTF-16; save it as CSV UTF-8"),
    ):
        file.write_bytes(content)
        result = shell.slotbeat("posts", "import", file)
        assert (result.code, said in result.errors) == (2, True)


def test_a_calendar_may_come_through_a_named_pipe(shell: CommandRunner) -> None:
    """As `<(…)` gives one: read to its end, and then imported."""
    pipe = shell.cwd / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(f"{HEADER}\ntext,By pipe,x\n",))
    writer.start()
    result = shell.slotbeat("posts", "import", pipe)
    writer.join()
    assert result.out == "1 accepted, 0 known already, 0 refused\n"


def test_a_column_that_is_unknown_may_be_mapped(shell: CommandRunner) -> None:
    """The error explains --map; the rejects file has the names and the delimiter of the input, and
    the summary prints the options to import it with."""
    file = shell.cwd / "names.csv"
    file.write_bytes("\ufeffWords;postType;platforms\r\nÄ;text;x\r\nB;story;x\r\n".encode())
    assert '--map "Post text=caption"' in shell.slotbeat("posts", "import", file).errors
    result = shell.slotbeat("posts", "import", "names.csv", "--map", "Words=caption")
    assert "1 accepted, 0 known already, 1 refused" in result.out
    assert result.out.endswith("slotbeat posts import names.errors.csv --map Words=caption\n")
    report = shell.cwd / "names.errors.csv"
    first, second = report.read_text().splitlines()
    assert first == "\ufeffline;error;Words;postType;platforms"
    assert second.startswith("3;")
    report.write_text(report.read_text().replace("B;story", "B;text"))
    again = shell.slotbeat("posts", "import", "names.errors.csv", "--map", "Words=caption")
    assert again.out == "1 accepted, 0 known already, 0 refused\n"
    for wrong in ("--map=Words", "--map=Words=colour", "--delimiter=ab", "--delimiter=\n"):
        assert shell.slotbeat("posts", "import", "names.csv", wrong).code == 2


def test_a_report_of_json_lines_keeps_what_was_written(shell: CommandRunner) -> None:
    """Every field as it was, and what is no object in `text`; once fixed, it is imported."""
    lines = [
        '{"postType": "story", "caption": "\\u00e4 \U0001f35e", "platforms": ["x"]}',
        '{"postType": "text", "caption": "a", "caption": "b"}',
        "[1]",
        '{"line": 7, "error": "old", "postType": "story", "caption": "c", "platforms": ["x"]}',
        "{",
    ]
    (shell.cwd / "rows.jsonl").write_text("\n".join(lines))
    assert shell.slotbeat("posts", "import", "rows.jsonl", "--json").json["refused"] == 5
    report = shell.cwd / "rows.errors.jsonl"
    rejects = report.read_text().splitlines()
    assert [json.loads(line)["line"] for line in rejects] == [1, 2, 3, 4, 5]
    assert rejects[0].endswith(lines[0][1:])
    assert rejects[1].endswith(lines[1][1:])
    assert [json.loads(line)["text"] for line in (rejects[2], rejects[4])] == ["[1]", "{"]
    report.write_text("\n".join(rejects[i].replace("story", "text") for i in (0, 3)))
    again = shell.slotbeat("posts", "import", "rows.errors.jsonl")
    assert again.out == "2 accepted, 0 known already, 0 refused\n"


def test_each_link_is_checked_once(shell: CommandRunner, prompts: tuple[str, Counter[str]]) -> None:
    """However many rows have it; a 404 is an error of each row, and shows no signature. Links of
    known rows are not checked, and none with `--no-check-links`."""
    origin, count = prompts
    head = {
        "postType": "video",
        "platforms": ["facebook"],
        "videoUrl": f"{origin}/a.mp4?sig=s3cret",
    }
    rows = [json.dumps({**head, "caption": str(number)}) for number in range(150)]
    (shell.cwd / "links.jsonl").write_text("\n".join(rows))
    result = shell.slotbeat("posts", "import", "links.jsonl", "--json")
    assert count == {"HEAD /a.mp4?sig=s3cret": 1, "GET /a.mp4?sig=s3cret": 1}
    refused = rows_with_status(result.json, "refused")
    assert len(refused) == 150
    assert refused[-1]["errors"] == [
        {
            "field": "videoUrl",
            "message": f"{origin}/a.mp4?… answers 404; it must lead to the file",
        }
    ]
    shell.slotbeat("posts", "import", "links.jsonl", "--no-check-links")
    known = shell.slotbeat("posts", "import", "links.jsonl")
    assert known.out == "0 accepted, 150 known already, 0 refused\n"
    assert count.total() == 2


def test_a_terminal_shows_a_bar_and_others_a_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With rate, refused rows and time left; with --json nothing is printed."""
    for terminal, said in ((True, "3 of 12 rows"), (False, "3 of 12 rows, 1 refused")):
        shown = io.StringIO()
        monkeypatch.setattr(
            output, "error_console", Console(file=shown, force_terminal=terminal, width=150)
        )
        monkeypatch.setattr(progress_bar, "LINE_INTERVAL", 0)
        with progress_bar.open_progress(12, silent=False) as counter:
            counter.advance(3, 1)
        assert said in shown.getvalue()
        assert "rows/s" in shown.getvalue()
        shown.truncate(0)
        with progress_bar.open_progress(12, silent=True) as counter:
            counter.advance(3, 1)
        assert shown.getvalue().strip("\0") == ""
