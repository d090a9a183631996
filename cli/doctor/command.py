"""The command itself: runs the checks, and prints what they found."""

import typer

from cli.common_options import JsonOption
from cli.doctor.check_result import CheckResult
from cli.doctor.checks import run_all_checks
from cli.output import console, print_json, print_line

STATUS_MARKS = {True: ("ok  ", "green"), False: ("FAIL", "red"), None: ("?   ", "yellow")}

app = typer.Typer(add_completion=False)


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Check all that posts need, and say the mend of what is wrong.

    Settings, database, clocks, broker, beat, workers, provider, files, disk, jobs and posts. It
    changes nothing. Exit code 1 when something is wrong.

    Example: slotbeat doctor
    """
    results = run_all_checks()
    failures = [result for result in results if result.ok is False]
    if as_json:
        print_json({"ok": not failures, "checks": [found.as_json() for found in results]})
    else:
        for found in results:
            _print(found)
        print_line(f"{len(failures)} to mend." if failures else "All is well.")
    if failures:
        raise typer.Exit(1)


def _print(result: CheckResult) -> None:
    mark, style = STATUS_MARKS[result.ok]
    console.print(mark, end=" ", style=style)
    print_line(f"{result.name}: {result.message}")
    if result.fix:
        print_line(f"     → {result.fix}")
