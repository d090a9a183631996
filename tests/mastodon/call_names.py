"""The names of calls of Mastodon's API, as the sandbox and the proxy know them."""

# The last parts of paths that are no ids.
_KNOWN = frozenset(
    ("statuses", "media", "source", "context", "verify_credentials", "instance", "apps", "token")
)
_SINGULAR = {"statuses": "status"}


def call_name(method: str, path: str) -> str:
    """Such as `POST statuses`, `GET statuses` for the account's list, and `GET status` for one."""
    *before, last = path.rstrip("/").split("/")
    if last in _KNOWN:
        return f"{method} {last}"
    parent = before[-1] if before else ""
    return f"{method} {_SINGULAR.get(parent, parent)}"
