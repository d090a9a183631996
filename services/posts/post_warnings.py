"""The fields of stored posts that their providers will not carry."""

from collections.abc import Callable, Collection, Sequence

from sqlmodel import Session

from models.posts import Media, Post
from models.store.posts import delivery_providers, post_queries
from models.store.tenants import connections
from services.errors import Conflict, FieldError
from services.post_validation.carried_fields import PostProviders, carrying_warnings, limit_problems
from services.post_validation.content import PostContent, ThreadText
from services.post_validation.threads import thread_warnings
from services.thread_presenter import files_by_text

FieldCheck = Callable[[PostContent, PostProviders], list[FieldError]]


def warnings_by_post(session: Session, posts: Collection[Post]) -> dict[str, list[FieldError]]:
    """The fields that will not be sent, by the post's id."""
    return _check(session, posts, _all_warnings)


def limits_by_post(session: Session, posts: Collection[Post]) -> dict[str, list[FieldError]]:
    """The fields that limit a post and will not be sent, by the post's id."""
    return _check(session, posts, limit_problems)


def check_limits_are_sent(session: Session, post: Post) -> None:
    """Conflict where a post from before such fields were refused would go out without its limit."""
    lost = limits_by_post(session, [post])[post.id]
    if lost:
        sentences = "; ".join(f"{each['field']} {each['message']}" for each in lost)
        raise Conflict(f"{sentences}, remove this post, and publish it again")


def _check(
    session: Session, posts: Collection[Post], check: FieldCheck
) -> dict[str, list[FieldError]]:
    photos = [post.id for post in posts if post.post_type == "photo"]
    described = post_queries.find_with_alt_texts(session, photos)
    concerned = [
        post for post in posts if post.platform_fields or post.thread or post.id in described
    ]
    files = post_queries.load_media(session, [post.id for post in concerned if post.thread])
    by_platform = delivery_providers.load_many(session, [post.id for post in concerned])
    owners = {post.organization_id for post in concerned}
    defaults = {owner: connections.default_provider(session, owner) for owner in owners}
    found: dict[str, list[FieldError]] = {post.id: [] for post in posts}
    for post in concerned:
        providers = PostProviders(defaults[post.organization_id], by_platform.get(post.id, {}))
        content = _content(post, files.get(post.id, ()), has_alt_texts=post.id in described)
        found[post.id] = check(content, providers)
    return found


def _all_warnings(content: PostContent, providers: PostProviders) -> list[FieldError]:
    return [*carrying_warnings(content, providers), *thread_warnings(content, providers)]


def _content(post: Post, files: Sequence[Media], *, has_alt_texts: bool) -> PostContent:
    return PostContent(
        post.post_type,
        post.caption,
        post.platforms,
        fields=post.platform_fields,
        has_alt_texts=has_alt_texts,
        thread=[_thread_text(*each) for each in files_by_text(post, files)],
    )


def _thread_text(text: str, files: Sequence[Media]) -> ThreadText:
    kinds = [each.kind for each in files]
    return ThreadText(text, kinds.count("photo"), kinds.count("video"))
