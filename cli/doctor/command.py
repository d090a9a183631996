"""The command itself: runs the checks, and prints what they found."""

import typer

from cli.doctor.examination import examine
from cli.doctor.finding import Finding
from cli.output import Json, console, print_json, say

MARKS = {True: ("ok  ", "green"), False: ("FAIL", "red"), None: ("?   ", "yellow")}

app = typer.Typer(add_completion=False)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check all that posts need, and say the mend of what is wrong.

    Settings, database, clocks, broker, beat, workers, provider, files, disk, jobs and posts. It
    changes nothing. Exit code 1 when something is wrong.

    Example: slotbeat doctor
    """
    findings = examine()
    ills = [found for found in findings if found.ok is False]
    if as_json:
        print_json({"ok": not ills, "checks": [found.as_json() for found in findings]})
    else:
        for found in findings:
            _print(found)
        say(f"{len(ills)} to mend." if ills else "All is well.")
    if ills:
        raise typer.Exit(1)


def _print(found: Finding) -> None:
    mark, style = MARKS[found.ok]
    console.print(mark, end=" ", style=style)
    say(f"{found.check}: {found.message}")
    if found.mend:
        say(f"     → {found.mend}")
