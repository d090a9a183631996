"""What the demo runs in: a simulator that fails some calls, all of Slotbeat, one organization."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from cli.all_in_one import listen, run_beat_and_worker, run_web_thread
from cli.app_context import open_context
from cli.bootstrap import load_settings_or_fail
from cli.demo.example_rules import build_rules, imminent_slot_times, zones_without_dst_change
from cli.import_export.import_pipeline import ImportJob, import_chunks
from cli.output import console, fail
from cli.own_simulator import EXAMPLES
from config.settings import Settings
from models.store.tenants import organizations
from services.calendar_import.calendar_reader import read_rows
from services.calendar_import.rows import ReadOptions
from services.context import AppContext
from services.public_urls import API_PREFIX
from simulator import Options, Simulator

FOLDER = Path("var/demo")
FAULT_RATE = 0.1
FAULT_KINDS = ("rate_limit", "server_error", "hang", "lost_answer", "media_error", "expired_url")


@dataclass(frozen=True, slots=True)
class DemoEnvironment:
    """A running Slotbeat with its simulator, and the organization of the demo."""

    context: AppContext
    organization_id: str
    api_key: str
    api_origin: str
    simulator_origin: str

    @property
    def api_url(self) -> str:
        """The address that all paths of the API begin with."""
        return self.api_origin + API_PREFIX


@contextmanager
def start_environment(seed: int) -> Iterator[DemoEnvironment]:
    """Start the simulator and all of Slotbeat, with one organization. Writes only to `var/demo`."""
    options = Options(
        state=FOLDER / "simulator.db", media=EXAMPLES / "media", faults=FAULT_RATE,
        fault_kinds=FAULT_KINDS, seed=seed, hang=2, processing=1,
    )  # fmt: skip
    with Simulator(options) as simulator, listen("127.0.0.1", 0) as listener:
        settings = _build_settings(simulator.base_url)
        context = open_context(settings, create=True)
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


def set_up_organization(environment: DemoEnvironment) -> None:
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
        f"The first posts are published at {imminent_slot_times(now)[0]:%H:%M} UTC; "
        "every tenth call to the provider fails.",
        highlight=False,
    )


def _import_calendar(environment: DemoEnvironment) -> int:
    """Import the example calendar; the number of its posts."""
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
        environment.api_url + path,
        json=body,
        headers={"Authorization": f"Bearer {environment.api_key}"},
        timeout=30,
    )
    if not answer.is_success:
        fail(f"{method} {path} answered {answer.status_code}: {answer.text}")
    return answer.json()
