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

from api.deps import AppContext
from api.paths import PREFIX
from cli.all_in_one import listen, run_beat_and_worker, run_web_thread
from cli.app_context import open_context
from cli.bootstrap import load_settings_or_fail
from cli.common_options import JsonOption
from cli.demo.exactly_once_check import ExactlyOnceReport, compare_with_simulator
from cli.demo.example_rules import build_rules, imminent_slot_times, zones_without_dst_change
from cli.demo.progress_view import DemoPost, open_progress_view
from cli.import_export.import_pipeline import ImportJob, import_chunks
from cli.output import build_table, console, fail, print_json, print_text_to_stderr
from cli.posts.list_command import list_all_posts
from cli.up import EXAMPLES
from config import logging_setup
from config.settings import Settings
from models.statuses import SETTLED_POSTS
from models.store.posts import posts
from models.store.tenants import organizations
from services.calendar_import.calendar_reader import read_rows
from services.calendar_import.rows import ReadOptions
from simulator import Options, Simulator

FOLDER = Path("var/demo")
FAULT_RATE = 0.1
FAULT_KINDS = ("rate_limit", "server_error", "hang", "lost_answer", "media_error", "expired_url")
TIME_LIMIT = timedelta(seconds=170)
POLL_INTERVAL = 0.25


@dataclass(frozen=True, slots=True)
class DemoEnvironment:
    """Where the demo plays."""

    context: AppContext
    organization_id: str
    api_key: str
    api_origin: str
    simulator_origin: str


app = typer.Typer(add_completion=False)


@app.command()
def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Go on serving when it is done.")] = False,
    seed: Annotated[int, typer.Option(help="Chooses which calls the simulator spoils.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Publish the example calendar through the simulator, with 10 % of its calls failing.

    Example: slotbeat demo --keep
    """
    if as_json:
        print_text_to_stderr()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    logging_setup.configure_file(FOLDER / "demo.log")
    with _start_environment(seed) as environment:
        _set_up_organization(environment)
        _watch_progress(environment)
        result = _check_exactly_once(environment)
        _print_report(environment, result)
        if as_json:
            listed_posts = list_all_posts(environment.context, environment.organization_id)
            print_json({"count": asdict(result), "right": result.is_correct, "posts": listed_posts})
        if keep:
            _keep_serving(environment)
    if not result.is_correct:
        raise typer.Exit(1)


@contextmanager
def _start_environment(seed: int) -> Iterator[DemoEnvironment]:
    """The simulator, the whole of Slotbeat, and an organization; nothing outside `var/demo`."""
    options = Options(
        state=FOLDER / "simulator.db", media=EXAMPLES / "media", faults=FAULT_RATE,
        fault_kinds=FAULT_KINDS, seed=seed, hang=2, processing=1,
    )  # fmt: skip
    with Simulator(options) as simulator, listen("127.0.0.1", 0) as listener:
        settings = _build_settings(simulator.base_url)
        context = open_context(settings)
        with context.database.write() as session:
            organization, key = organizations.create(session, "Lantern & Loaf", settings.provider)
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with run_beat_and_worker(settings), run_web_thread(settings, listener):
            yield DemoEnvironment(context, organization.id, key, origin, simulator.origin)
        context.database.close()


def _build_settings(provider_url: str) -> Settings:
    return load_settings_or_fail(
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


def _set_up_organization(environment: DemoEnvironment) -> None:
    """Write the rules through the API, and import the calendar as `slotbeat posts import` does."""
    now = datetime.now(UTC)
    zones = zones_without_dst_change(now)
    slots = build_rules(now, zones)
    body = {"queueSlots": slots, "defaultTimezone": zones[0], "maxPostsPerSlot": 2}
    _call_api(environment, "PUT", "/settings", body)
    accepted = _import_calendar(environment)
    console.print(
        f"An organization with {len(slots)} queue slots in {' and '.join(zones)}; "
        f"{accepted} posts imported into the next slots.\n"
        f"The first slot opens to the public at {imminent_slot_times(now)[0]:%H:%M} UTC; "
        "every tenth call to the provider fails.",
        highlight=False,
    )


def _import_calendar(environment: DemoEnvironment) -> int:
    """How many posts there are."""
    job = ImportJob(
        environment.context, environment.organization_id, EXAMPLES, lambda: environment.context
    )
    with (EXAMPLES / "calendar.csv").open(encoding="utf-8", newline="") as file:
        rows = read_rows(file, ReadOptions(environment.simulator_origin + "/"))
        results = [each for chunk in import_chunks(job, rows, lambda: True) for each in chunk]
    if refused := [each.errors for each in results if each.status == "refused"]:
        fail(f"the example calendar was refused: {refused}")
    return len(results)


def _call_api(
    environment: DemoEnvironment, method: str, path: str, body: dict[str, Any] | None = None
) -> Any:  # noqa: ANN401
    answer = httpx.request(
        method,
        environment.api_origin + PREFIX + path,
        json=body,
        headers={"Authorization": f"Bearer {environment.api_key}"},
        timeout=30,
    )
    if not answer.is_success:
        fail(f"{method} {path} answered {answer.status_code}: {answer.text}")
    return answer.json()


def _watch_progress(environment: DemoEnvironment) -> None:
    """Show the posts until each is live or in the hands of the provider's timer."""
    started = time.monotonic()
    with open_progress_view() as progress_view:
        while time.monotonic() - started < TIME_LIMIT.total_seconds():
            progress = _load_progress(environment)
            progress_view.show(progress)
            if _is_finished(progress):
                return
            time.sleep(POLL_INTERVAL)
    console.print("Time is up; this is how far the posts came.", style="red")


def _load_progress(environment: DemoEnvironment) -> list[DemoPost]:
    with environment.context.database.read() as session:
        rows = posts.list_recent(session, environment.organization_id)
        media, deliveries = posts.load_parts(session, [row.id for row in rows])
    return [DemoPost(row, media[row.id], deliveries[row.id]) for row in rows]


def _is_finished(progress: list[DemoPost]) -> bool:
    """All are placed, and those whose slot has come are settled."""
    horizon = datetime.now(UTC) + timedelta(minutes=10)
    return all(
        each.post.status in SETTLED_POSTS
        or (each.is_done and each.post.scheduled_for and each.post.scheduled_for > horizon)
        for each in progress
    )


def _check_exactly_once(environment: DemoEnvironment) -> ExactlyOnceReport:
    with environment.context.database.read() as session:
        ids = [row.id for row in posts.list_recent(session, environment.organization_id)]
        _, deliveries = posts.load_parts(session, ids)
    remote = httpx.get(f"{environment.simulator_origin}/_simulator/posts").json()["posts"]
    ledger = httpx.get(f"{environment.simulator_origin}/_simulator/ledger").json()["publications"]
    return compare_with_simulator(deliveries, remote, ledger)


def _print_report(environment: DemoEnvironment, result: ExactlyOnceReport) -> None:
    rows = sorted(
        list_all_posts(environment.context, environment.organization_id),
        key=lambda row: str(row["scheduledFor"]),
    )
    names = ["post", "platforms", "slot", "status", "attempts"]
    cells = [[row["key"], *(row[name] for name in names[1:])] for row in rows]
    console.print(build_table("The calendar", names, cells))
    faults = httpx.get(f"{environment.simulator_origin}/_simulator/calls").json()["faults"]
    spoiled = ", ".join(f"{number} {kind}" for kind, number in sorted(faults.items()))
    console.print(f"The provider spoiled {sum(faults.values())} calls: {spoiled}.", highlight=False)
    for disagreement in result.disagreeing:
        console.print(disagreement, style="red", markup=False, highlight=False)
    console.print(
        result.summary(),
        style="green" if result.is_correct else "red",
        markup=False,
        highlight=False,
    )
    console.print(
        "Where to look next: README.md (change something), docs/architecture.md (how it works), "
        "docs/states.md (what a post can be), var/demo/demo.log (what happened).",
        highlight=False,
    )


def _keep_serving(environment: DemoEnvironment) -> None:
    console.print(
        f"Still serving. Try: curl -H 'Authorization: Bearer {environment.api_key}' "
        f"{environment.api_origin}{PREFIX}/posts   (Ctrl-C ends it)",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return
