"""Posts as JSON without the links to their files: a source link may contain a signature, which is
secret."""

from typing import Any


def without_links(value: Any) -> Any:  # noqa: ANN401  (JSON)
    """A post, or a list of posts, without its fields of links and those of its thread."""
    if isinstance(value, list):
        return [without_links(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: without_links(each)
        for name, each in value.items()
        if not name.endswith(("Url", "Urls"))
    }
