"""A sandbox of Bluesky's server (a PDS) with its directory: the calls that a publisher needs.

It answers with the statuses and the error names of the real server; a suite that both pass compares
the two. Accounts, records and blobs are in memory, as is a ledger of every write.

Run it as a process (``python -m simulator --network bluesky --port 8910``) or embed it::

    with BlueskySandbox(SandboxOptions()) as sandbox:
        httpx.get(f"{sandbox.url}/xrpc/com.atproto.server.describeServer")
"""

from simulator.bluesky.options import SandboxOptions
from simulator.bluesky.server import BlueskySandbox

__all__ = ["BlueskySandbox", "SandboxOptions"]
