"""A sandbox of a Mastodon instance: the calls that a publisher needs.

Written from Mastodon's documentation and source: this project never ran against Mastodon itself.
Accounts, statuses and files are in memory. Embed it::

    with MastodonSandbox() as sandbox:
        account = sandbox.create_account()
        httpx.get(f"{sandbox.url}/api/v2/instance")
"""

from simulator.mastodon.server import MastodonSandbox
from simulator.mastodon.state import SandboxLimits

__all__ = ["MastodonSandbox", "SandboxLimits"]
