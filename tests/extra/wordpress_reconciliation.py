"""Compares what the API says about posts with the posts of a WordPress site."""

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.extra.wordpress_stack import SitePost


def violations(
    on_site: Sequence[dict[str, Any]],
    posts: Sequence[SitePost],
    shown: Mapping[str, dict[str, Any]],
) -> list[str]:
    """A sentence for each post that is not on the site exactly as its status says, and for each
    post of the site that is nobody's. `on_site`: in every status; `shown`: the API's posts by
    id."""
    left, found = list(on_site), list[str]()
    for post in posts:
        taken = [each for each in left if html.unescape(each["title"]["raw"]) == post.title]
        left = [each for each in left if each not in taken]
        view = shown.get(post.id)
        if view is None:
            found.append(f"accepted and lost: {post.title}")
            continue
        found += [f"{each}: {post.title} ({view['status']})" for each in _judge(post, view, taken)]
    return found + [f"a post of nobody: {each['id']} {each['status']}" for each in left]


def _judge(post: SitePost, view: dict[str, Any], taken: Sequence[dict[str, Any]]) -> Iterator[str]:
    (delivery,) = view["providerPlatforms"]
    if view["status"] != "published":
        if not post.is_removed:
            yield f"neither removed nor published, but: {view['providerError']}"
        if taken:
            yield f"not published by its status, and on the site {_places(taken)}"
        return
    if [each["status"] for each in taken] != ["publish"]:
        yield f"not there once, and public, but {_places(taken)}"
        return
    if str(taken[0]["id"]) != delivery["providerPostId"]:
        yield f"it is {taken[0]['id']}, not {delivery['providerPostId']}"
    yield from _judge_content(post, taken[0])


def _judge_content(post: SitePost, found: dict[str, Any]) -> Iterator[str]:
    content = found["content"]["raw"]
    if f"<p>{html.escape(post.text, quote=False)}</p>" not in content:
        yield "its text is not the last one"
    if content.count("<img ") != post.photos or bool(found["featured_media"]) != bool(post.photos):
        yield "its photos are not whole"
    if len(found["tags"]) != 2:
        yield "its tags are not there"


def _places(taken: Sequence[dict[str, Any]]) -> list[str]:
    return [f"{each['id']} {each['status']}" for each in taken]
