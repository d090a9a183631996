"""Bluesky's own server as the tests run it: what it keeps through a kill, and its limits."""

import sys
from pathlib import Path

from tests.bluesky.answer_loss_proxy import AnswerLossProxy
from tests.bluesky.pds_client import POST, BlueskyAccount, PdsClient
from tests.bluesky.tids import new_tid
from tests.extra.bluesky_server import BlueskyPds, PdsOptions
from tests.paths import ROOT
from tests.processes import Process
from tests.servers import procfs
from tests.wait import wait_until

RECORD = {"$type": POST, "text": "Hello", "createdAt": "2026-11-30T12:00:00.000Z"}


def put(pds: PdsClient, account: BlueskyAccount, token: str) -> int:
    """The status of the put of a new post."""
    body = {"repo": account.did, "collection": POST, "rkey": new_tid(), "record": RECORD}
    return pds.procedure("repo.putRecord", token, {**body, "swapRecord": None}).status_code


def test_a_killed_server_keeps_what_it_answered(bluesky_pds: BlueskyPds) -> None:
    """After SIGKILL and a new start, records, accounts and sessions are there, at the same
    address."""
    account = bluesky_pds.create_account()
    token = bluesky_pds.create_session(account)["accessJwt"]
    assert put(bluesky_pds, account, token) == 200
    head = bluesky_pds.head(account.did)
    bluesky_pds.kill()
    bluesky_pds.start()
    assert bluesky_pds.head(account.did) == head
    assert put(bluesky_pds, account, token) == 200
    assert len(bluesky_pds.list_records(account.did)) == 2


def test_the_write_limit_is_as_small_as_a_test_wants(tmp_path: Path) -> None:
    """Ten points are five puts; the sixth is a 429 that says when, and after that it works."""
    with BlueskyPds(tmp_path, PdsOptions(write_limit=(10, 6))) as pds, PdsClient(pds.url) as client:
        account = client.create_account()
        statuses = [put(client, account, account.access_token) for _ in range(6)]
        assert statuses == [200] * 5 + [429]
        body = {"repo": account.did, "collection": POST, "rkey": new_tid()}
        refused = client.procedure("repo.deleteRecord", account.access_token, body)
        assert 0 < int(refused.headers["Retry-After"]) <= 6
        # The tests' own calls are outside of the limits.
        assert put(pds, account, account.access_token) == 200
        wait_until(lambda: put(client, account, account.access_token) == 200, 30)


def test_a_proxy_can_stand_at_the_server_s_address(tmp_path: Path) -> None:
    """The DID document names the proxy, and a blob over the limit gets its 413 through it."""
    with AnswerLossProxy() as proxy:
        options = PdsOptions(public_port=proxy.port, blob_limit=100_000)
        with BlueskyPds(tmp_path, options) as pds, PdsClient(proxy.url) as client:
            proxy.target = pds.url
            account = client.create_account()
            document = pds.http.get(f"{pds.plc_url}/{account.did}").json()
            (service,) = document["service"]
            assert service["serviceEndpoint"] == f"http://localhost:{proxy.port}"
            answer = client.upload(account.access_token, bytes(100_001), "image/png")
            assert (answer.status_code, answer.json()["error"]) == (413, "PayloadTooLarge")
            assert client.upload(account.access_token, bytes(100_000), "a/b").status_code == 200


def test_the_servers_end_with_a_killed_test_session(tmp_path: Path) -> None:
    """No process is left when the process that started them gets SIGKILL."""
    code = (
        "import sys, time; from pathlib import Path;"
        "from tests.extra.bluesky_server import BlueskyPds;"
        "BlueskyPds(Path(sys.argv[1])).start(); print('ready'); time.sleep(600)"
    )
    log = tmp_path / "session.log"
    with Process([sys.executable, "-c", code, str(tmp_path)], log, cwd=ROOT) as session:
        session.wait_for_line("ready")
        servers = procfs.children(session.pid)
        assert len(servers) == 2
        session.kill()
        wait_until(lambda: not any(map(procfs.alive, servers)), 10, "end of the servers")
