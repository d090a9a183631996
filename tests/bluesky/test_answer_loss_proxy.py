"""The proxy before a PDS: what it loses, and what the server has done all the same."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from simulator.bluesky import BlueskySandbox
from tests.bluesky.answer_loss_proxy import AnswerLossProxy, Fate
from tests.bluesky.pds_client import PdsClient
from tests.bluesky.tids import new_tid
from tests.bluesky.wire_outcomes import INVALID_SWAP, OK, Writer, outcome

LOST = (httpx.RemoteProtocolError, httpx.ReadError)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[BlueskySandbox]:
    """A sandbox for all tests of this file."""
    with BlueskySandbox() as running:
        yield running


@pytest.fixture
def proxy(sandbox: BlueskySandbox) -> Iterator[AnswerLossProxy]:
    """A new proxy before it."""
    with AnswerLossProxy(sandbox.url) as running:
        yield running


@pytest.fixture
def writer(proxy: AnswerLossProxy) -> Iterator[Writer]:
    """Writes to a new account through the proxy."""
    with PdsClient(proxy.url) as client:
        yield Writer(client, client.create_account())


@pytest.mark.parametrize("name", ["putRecord", "com.atproto.repo.putRecord", "POST"])
@pytest.mark.parametrize("fate", [Fate.ANSWER_LOST, Fate.NOT_SENT])
def test_the_next_call_is_lost(
    proxy: AnswerLossProxy, writer: Writer, name: str, fate: Fate
) -> None:
    """By any of its names: after the server has done it, or before; the one after it is not."""
    rkey = new_tid()
    proxy.lose_next(name, fate=fate)
    with pytest.raises(LOST):
        writer.put(rkey)
    assert (writer.get(rkey).status_code == 200) is (fate is Fate.ANSWER_LOST)
    assert outcome(writer.put(rkey)) == OK
    assert proxy.calls["com.atproto.repo.putRecord"] == 2
    assert proxy.lost == {"com.atproto.repo.putRecord": 1}


def test_a_share_is_lost_by_seed(sandbox: BlueskySandbox) -> None:
    """Two proxies with one seed lose the same calls, another seed loses others; and `only` spares
    the rest."""
    losses = []
    for seed in (1, 1, 2):
        proxy = AnswerLossProxy(
            sandbox.url, share=0.2, unsent_share=0.1, only=frozenset({"describeServer"}), seed=seed
        )
        with proxy, PdsClient(proxy.url) as client:
            losses.append([number for number in range(60) if is_lost(client)])
            assert [client.query("server.getSession").status_code for _ in range(60)] == [401] * 60
    assert losses[0] == losses[1] != losses[2]
    assert 5 < len(losses[0]) < 40


def is_lost(client: PdsClient) -> bool:
    """Whether a call gets no answer."""
    try:
        client.query("server.describeServer")
    except LOST:
        return True
    return False


def test_a_held_put_comes_after_a_delete(proxy: AnswerLossProxy, writer: Writer) -> None:
    """It waits in the proxy while other calls pass, and the server judges it when it comes."""
    rkey, head = new_tid(), writer.head()
    assert outcome(writer.put(rkey)) == OK
    held = proxy.hold_next("putRecord")
    with ThreadPoolExecutor() as threads:
        late = threads.submit(writer.put, rkey, swapRecord=None, swapCommit=head)
        held.wait_for_arrival()
        assert outcome(writer.delete(rkey)) == OK
        assert held.release() == 400
        assert outcome(late.result()) == INVALID_SWAP


def test_a_held_call_is_sent_though_its_client_is_gone(
    proxy: AnswerLossProxy, writer: Writer
) -> None:
    """As when a worker is killed while its request is on the way."""
    rkey, held = new_tid(), proxy.hold_next("putRecord")
    with ThreadPoolExecutor() as threads, PdsClient(proxy.url) as client:
        client.http.timeout = httpx.Timeout(1)
        gone = threads.submit(Writer(client, writer.account).put, rkey)
        held.wait_for_arrival()
        with pytest.raises(httpx.ReadTimeout):
            gone.result()
    assert held.release() == 200
    assert writer.get(rkey).status_code == 200


def test_a_server_that_is_down_closes_the_connection(proxy: AnswerLossProxy) -> None:
    """As when it is killed."""
    proxy.target = "http://127.0.0.1:1"
    with pytest.raises(LOST):
        httpx.get(f"{proxy.url}/xrpc/com.atproto.server.describeServer")
