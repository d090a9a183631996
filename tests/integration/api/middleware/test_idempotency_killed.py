"""A process that is killed after the post is committed and before its response is stored."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from cli.all_in_one import listen
from models.store.tenants.idempotency_keys import LEASE_DURATION
from models.tables import IDEMPOTENCY_KEY
from tests.integration.api.middleware.test_idempotency import is_replay, row, send
from tests.integration.live_server import SECRET, ApiServer, OrganizationClient
from tests.paths import ROOT
from tests.processes import Process


@contextmanager
def web(
    app: str, organization: OrganizationClient, folder: Path
) -> Iterator[tuple[OrganizationClient, Process]]:
    """The organization at another uvicorn process, over the same database."""
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    names = {name: value for name, value in os.environ.items() if not name.startswith("SLOTBEAT_")}
    url = organization.api.database.url.render_as_string(hide_password=False)
    env = {**names, "SLOTBEAT_DATABASE_URL": url, "SLOTBEAT_SECRET_KEY": SECRET}
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port)]
    with Process(command, folder / f"{port}.log", env=env, cwd=ROOT) as process:
        process.wait_for_line("Uvicorn running")
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
            yield replace(organization, api=replace(organization.api, http=http)), process


def test_a_killed_process_leaves_one_post(any_api: ApiServer, tmp_path: Path) -> None:
    """Killed after the commit: when the lease has expired, the next process finds the post."""
    organization = any_api.create_organization()
    with web("tests.integration.api.middleware.crashing_server:app", organization, tmp_path) as (
        dying,
        process,
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            send(dying, "k")
        assert process.wait() == -9
    (post,) = organization.posts()
    assert send(organization, "k").status_code == 409
    held = row(organization, "k")
    assert held is not None
    with organization.api.database.write() as session:
        ended = update(IDEMPOTENCY_KEY).where(IDEMPOTENCY_KEY.c.organization_id == organization.id)
        session.connection().execute(ended.values(lease_until=held.lease_until - LEASE_DURATION))
    answer = send(organization, "k")
    assert (answer.status_code, is_replay(answer)) == (200, False)
    assert answer.json()["socialPost"]["id"] == post["id"]
    assert len(organization.posts()) == 1
