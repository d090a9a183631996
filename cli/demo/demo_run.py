"""One run of the demo: it publishes, shows the progress, and compares with the simulator."""

import shutil
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import httpx

from cli.demo.environment import FOLDER, DemoEnvironment, set_up_organization, start_environment
from cli.demo.exactly_once_check import ExactlyOnceReport, compare_with_simulator
from cli.demo.progress_view import DemoPost, open_progress_view
from cli.output import build_table, console, print_json, print_text_to_stderr
from cli.posts.post_list import list_all_posts
from config import logging_setup
from models.statuses import SETTLED_POSTS, MediaStatus
from models.store.posts import posts, uploads

TIME_LIMIT = timedelta(seconds=170)
POLL_INTERVAL = 0.25


def run_demo(seed: int, *, keep: bool, as_json: bool) -> bool:
    """Whether every post was published once, where it should be. `seed` chooses which of the
    simulator's calls fail; `keep`: serve on until Ctrl-C."""
    if as_json:
        print_text_to_stderr()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(0o700, parents=True)
    logging_setup.configure_file(FOLDER / "demo.log")
    with start_environment(seed) as environment:
        set_up_organization(environment)
        _watch_progress(environment)
        result = _check_exactly_once(environment)
        _print_report(environment, result)
        if as_json:
            listed_posts = list_all_posts(environment.context, environment.organization_id)
            print_json({"count": asdict(result), "right": result.is_correct, "posts": listed_posts})
        if keep:
            _keep_serving(environment)
    return result.is_correct


def _watch_progress(environment: DemoEnvironment) -> None:
    """Show the progress until each post has ended or is scheduled at the provider."""
    started = time.monotonic()
    with open_progress_view() as progress_view:
        while time.monotonic() - started < TIME_LIMIT.total_seconds():
            progress = _load_progress(environment)
            progress_view.show(progress)
            if _is_finished(progress):
                return
            time.sleep(POLL_INTERVAL)
    console.print("The time limit is over; not every post is done.", style="red")


def _load_progress(environment: DemoEnvironment) -> list[DemoPost]:
    with environment.context.database.read() as session:
        rows = posts.list_recent(session, environment.organization_id)
        media, deliveries = posts.load_parts(session, [row.id for row in rows])
        states = uploads.load_states(session, [row.id for row in rows])
    new = (MediaStatus.NEW, None)
    return [
        DemoPost(row, [states.get(file.id, new)[0] for file in media[row.id]], deliveries[row.id])
        for row in rows
    ]


def _is_finished(progress: list[DemoPost]) -> bool:
    """Every post has ended, or is scheduled at the provider for later than in ten minutes."""
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
    fault_counts = ", ".join(f"{number} {kind}" for kind, number in sorted(faults.items()))
    console.print(
        f"The simulator made {sum(faults.values())} calls fail: {fault_counts}.", highlight=False
    )
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
        f"{environment.api_url}/posts   (Ctrl-C ends it)",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return
