"""The sandboxes of the providers with drafts and without a timer, by the provider's name."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from simulator.wordpress import WordPressSandbox
from tests.provider.direct.sandbox import DirectSandbox
from tests.provider.direct.sandboxes import NewSandbox
from tests.provider.drafts.wordpress_account import wordpress_account_at
from tests.wordpress.site_admin import SiteAdmin
from tests.wordpress.site_proxy import SiteProxy


@contextmanager
def wordpress_sandbox() -> Iterator[NewSandbox]:
    """WordPress's client at the sandbox of a site."""
    with (
        WordPressSandbox() as server,
        SiteProxy(server.origin) as proxy,
        closing(SiteAdmin(server.api, server.password)) as site,
    ):

        def new() -> DirectSandbox:
            server.clear_faults()
            return wordpress_account_at(site, proxy, "Sandbox", server.inject)

        yield new


DRAFT_SANDBOXES = {"wordpress": wordpress_sandbox}
