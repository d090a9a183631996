"""`slotbeat doctor`: runs all checks, and prints their results."""

import typer

from cli.common_options import JsonOption
from cli.doctor.check_result import CheckResult
from cli.output import console, print_json, print_line

STATUS_MARKS = {True: ("ok  ", "green"), False: ("FAIL", "red"), None: ("?   ", "yellow")}
PERSON_MARK = ("look", "yellow")

app = typer.Typer(add_completion=False)


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Check everything Slotbeat needs, and print how to fix each problem.

    Settings, database, clocks, broker, beat, workers, provider, connections, files, disk, jobs and
    posts. It changes nothing, except that a connection's session may be renewed. Exit code 1 when
    something is wrong; posts that need a person are counted, but are no fault of the system.

    Example: slotbeat doctor
    """
    from cli.doctor.checks import run_all_checks

    results = run_all_checks()
    failures = [result for result in results if result.ok is False]
    if as_json:
        print_json({"ok": not failures, "checks": [result.as_json() for result in results]})
    else:
        for result in results:
            _print(result)
        print_line(_summarize(results))
    if failures:
        raise typer.Exit(1)


def _summarize(results: list[CheckResult]) -> str:
    """The last line: what is to fix, and what needs a person."""
    failures = sum(result.ok is False for result in results)
    needs = "; ".join(f"{each.name} {each.message}" for each in results if each.needs_person)
    if not needs:
        return f"{failures} to fix." if failures else "All is well."
    return f"{failures or 'Nothing'} to fix; but {needs}."


def _print(result: CheckResult) -> None:
    mark, style = PERSON_MARK if result.needs_person else STATUS_MARKS[result.ok]
    console.print(mark, end=" ", style=style)
    print_line(f"{result.name}: {result.message}")
    if result.fix:
        print_line(f"     → {result.fix}")
