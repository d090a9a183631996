"""`slotbeat demo`: a real content calendar goes out, in one process, before one's eyes."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from api.deps import Surroundings
from api.importing.calendar_file import read
from api.importing.rows import Reading
from api.paths import PREFIX
from cli.around import open_surroundings
from cli.batch.pipeline import Order, imported
from cli.demo_count import Count, count
from cli.demo_rules import calm_zones, near_instants, rules
from cli.demo_view import Progressing, view
from cli.embedded import listen, running, running_web
from cli.opening import settings_or_fail
from cli.output import Json, console, fail, print_json, table, talk_to_stderr
from cli.posts_list import listed
from cli.up import EXAMPLES
from config import logs
from config.settings import Settings
from models.statuses import SETTLED_POSTS
from models.store import organizations, posts
from simulator import Options, Simulator

FOLDER = Path("var/demo")
FAULTS = 0.1
KINDS = ("rate_limit", "server_error", "hang", "lost_answer", "media_error", "expired_url")
LIMIT = timedelta(seconds=170)
LOOK_EVERY = 0.25


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo plays."""

    around: Surroundings
    owner: str
    key: str
    origin: str
    simulator: str


app = typer.Typer(add_completion=False)


@app.command()
def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Go on serving when it is done.")] = False,
    seed: Annotated[int, typer.Option(help="Chooses which calls the simulator spoils.")] = 7,
    as_json: Json = False,
) -> None:
    """Publish the example calendar through the simulator, with 10 % of its calls failing.

    Example: slotbeat demo --keep
    """
    if as_json:
        talk_to_stderr()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    logs.to_file(FOLDER / "demo.log")
    with _stage(seed) as stage:
        _prepare(stage)
        _watch(stage)
        result = _count(stage)
        _report(stage, result)
        if as_json:
            posts_shown = listed(stage.around, stage.owner)
            print_json({"count": asdict(result), "right": result.is_right, "posts": posts_shown})
        if keep:
            _serve_on(stage)
    if not result.is_right:
        raise typer.Exit(1)


@contextmanager
def _stage(seed: int) -> Iterator[Stage]:
    """The simulator, the whole of Slotbeat, and an organization; nothing outside `var/demo`."""
    options = Options(
        state=FOLDER / "simulator.db", media=EXAMPLES / "media", faults=FAULTS, fault_kinds=KINDS,
        seed=seed, hang=2, processing=1,
    )  # fmt: skip
    with Simulator(options) as simulator, listen("127.0.0.1", 0) as listener:
        settings = _settings(simulator.base_url)
        around = open_surroundings(settings)
        with around.database.write() as session:
            organization, key = organizations.create(session, "Lantern & Loaf", settings.provider)
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with running(settings), running_web(settings, listener):
            yield Stage(around, organization.id, key, origin, simulator.origin)
        around.database.close()


def _settings(provider_url: str) -> Settings:
    return settings_or_fail(
        database_url=f"sqlite:///{FOLDER / 'slotbeat.db'}",
        broker_url="memory://",
        provider="simulator",
        swonkie_base_url=provider_url,
        swonkie_api_id=None,
        swonkie_api_key=None,
        secret_key=None,
        allow_private_media=True,
        media_storage=str(FOLDER / "media"),
        poll_interval=0.5,
        tick=0.25,
        lead_time=86_400,
    )


def _prepare(stage: Stage) -> None:
    """Write the rules through the API, and import the calendar as `slotbeat posts import` does."""
    now = datetime.now(UTC)
    zones = calm_zones(now)
    slots = rules(now, zones)
    body = {"queueSlots": slots, "defaultTimezone": zones[0], "maxPostsPerSlot": 2}
    _api(stage, "PUT", "/settings", body)
    accepted = _import(stage)
    console.print(
        f"An organization with {len(slots)} queue slots in {' and '.join(zones)}; "
        f"{accepted} posts imported into the next slots.\n"
        f"The first slot opens to the public at {near_instants(now)[0]:%H:%M} UTC; "
        "every tenth call to the provider fails.",
        highlight=False,
    )


def _import(stage: Stage) -> int:
    """How many posts there are."""
    order = Order(stage.around, stage.owner, EXAMPLES, lambda: stage.around)
    with (EXAMPLES / "calendar.csv").open(encoding="utf-8", newline="") as file:
        rows = read(file, Reading(stage.simulator + "/"))
        results = [each for chunk in imported(order, rows, lambda: True) for each in chunk]
    if refused := [each.errors for each in results if each.status == "refused"]:
        fail(f"the example calendar was refused: {refused}")
    return len(results)


def _api(stage: Stage, method: str, path: str, body: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
    answer = httpx.request(
        method,
        stage.origin + PREFIX + path,
        json=body,
        headers={"Authorization": f"Bearer {stage.key}"},
        timeout=30,
    )
    if not answer.is_success:
        fail(f"{method} {path} answered {answer.status_code}: {answer.text}")
    return answer.json()


def _watch(stage: Stage) -> None:
    """Show the posts until each is live or in the hands of the provider's timer."""
    started = time.monotonic()
    with view() as picture:
        while time.monotonic() - started < LIMIT.total_seconds():
            progress = _progress(stage)
            picture.show(progress)
            if _is_over(progress):
                return
            time.sleep(LOOK_EVERY)
    console.print("Time is up; this is how far the posts came.", style="red")


def _progress(stage: Stage) -> list[Progressing]:
    with stage.around.database.read() as session:
        rows = posts.list_recent(session, stage.owner)
        media, deliveries = posts.load_parts(session, [row.id for row in rows])
    return [Progressing(row, media[row.id], deliveries[row.id]) for row in rows]


def _is_over(progress: list[Progressing]) -> bool:
    """All are placed, and those whose slot has come are settled."""
    horizon = datetime.now(UTC) + timedelta(minutes=10)
    return all(
        each.post.status in SETTLED_POSTS
        or (each.is_placed and each.post.scheduled_for and each.post.scheduled_for > horizon)
        for each in progress
    )


def _count(stage: Stage) -> Count:
    with stage.around.database.read() as session:
        ids = [row.id for row in posts.list_recent(session, stage.owner)]
        _, deliveries = posts.load_parts(session, ids)
    remote = httpx.get(f"{stage.simulator}/_simulator/posts").json()["posts"]
    ledger = httpx.get(f"{stage.simulator}/_simulator/ledger").json()["publications"]
    return count(deliveries, remote, ledger)


def _report(stage: Stage, result: Count) -> None:
    rows = sorted(listed(stage.around, stage.owner), key=lambda row: str(row["scheduledFor"]))
    names = ["post", "platforms", "slot", "status", "attempts"]
    cells = [[row["key"], *(row[name] for name in names[1:])] for row in rows]
    console.print(table("The calendar", names, cells))
    faults = httpx.get(f"{stage.simulator}/_simulator/calls").json()["faults"]
    spoiled = ", ".join(f"{number} {kind}" for kind, number in sorted(faults.items()))
    console.print(f"The provider spoiled {sum(faults.values())} calls: {spoiled}.", highlight=False)
    for trouble in result.disagreeing:
        console.print(trouble, style="red", markup=False, highlight=False)
    console.print(
        result.sentence(),
        style="green" if result.is_right else "red",
        markup=False,
        highlight=False,
    )
    console.print(
        "Where to look next: README.md (change something), docs/architecture.md (how it works), "
        "docs/states.md (what a post can be), var/demo/demo.log (what happened).",
        highlight=False,
    )


def _serve_on(stage: Stage) -> None:
    console.print(
        f"Still serving. Try: curl -H 'Authorization: Bearer {stage.key}' "
        f"{stage.origin}{PREFIX}/posts   (Ctrl-C ends it)",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return
