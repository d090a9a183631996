"""The sandboxes of the providers without drafts, by the provider's name in the registry."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from provider.protocol import Idempotency
from provider.registry import PROVIDERS
from simulator.bluesky import BlueskySandbox, SandboxOptions
from simulator.mastodon import MastodonSandbox
from tests.bluesky.answer_loss_proxy import AnswerLossProxy
from tests.bluesky.pds_client import PdsClient
from tests.mastodon.call_names import call_name
from tests.provider.direct.bluesky_account import bluesky_account_at
from tests.provider.direct.mastodon_account import mastodon_account_at
from tests.provider.direct.sandbox import DirectSandbox

# Each test gets a new account, at a server that the tests of a file share.
NewSandbox = Callable[[], DirectSandbox]


@contextmanager
def bluesky_sandbox() -> Iterator[NewSandbox]:
    """Bluesky's client at the sandbox of its server."""
    with (
        BlueskySandbox(SandboxOptions(hang=1)) as server,
        AnswerLossProxy(server.url) as proxy,
        PdsClient(server.url) as pds,
    ):
        faults = f"{server.url}/_simulator/faults"

        def inject(kind: str, call: str = "*", **more: Any) -> None:  # noqa: ANN401
            body = {"kind": kind, "call": call, **more}
            httpx.post(faults, json=body).raise_for_status()

        def new() -> DirectSandbox:
            httpx.delete(faults).raise_for_status()
            return bluesky_account_at(pds, proxy, inject)

        yield new


@contextmanager
def mastodon_sandbox() -> Iterator[NewSandbox]:
    """Mastodon's client at our sandbox of an instance."""
    with MastodonSandbox() as server, AnswerLossProxy(server.url, name_of=call_name) as proxy:

        def new() -> DirectSandbox:
            server.state.faults.clear()
            return mastodon_account_at(server, proxy)

        yield new


DIRECT_SANDBOXES = {"bluesky": bluesky_sandbox, "mastodon": mastodon_sandbox}
OWN_ID_SANDBOXES = [
    name
    for name in DIRECT_SANDBOXES
    if PROVIDERS[name].capabilities.idempotency is Idempotency.OWN_ID
]
