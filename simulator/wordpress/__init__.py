"""A sandbox of a WordPress site: the calls of its REST API that a publisher needs.

It answers with the statuses and the error codes of the real server; the contracts of the tests run
on both. Users, posts, terms and files are in memory.

    with WordPressSandbox() as site:
        httpx.get(f"{site.api}/wp/v2/users/me", auth=("admin", site.password))
"""

from simulator.wordpress.server import WordPressSandbox

__all__ = ["WordPressSandbox"]
