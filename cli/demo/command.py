"""`slotbeat demo`: publish the example calendar, show the progress, check the result."""

from typing import Annotated

import typer

from cli.common_options import JsonOption

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep serving after the demo has ended.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Chooses which of the simulator's calls fail.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Publish the example calendar through the simulator, with 10 % of its calls failing.

    Example: slotbeat demo --keep
    """
    from cli.demo.demo_run import run_demo

    if not run_demo(seed, keep=keep, as_json=as_json):
        raise typer.Exit(1)
