"""The fields of stored posts that their providers will not carry."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from models.posts import Media, Post
from models.store.posts import delivery_providers, post_queries
from models.store.posts.delivery_providers import DeliveryProvider
from models.store.tenants import connections
from services.errors import Conflict, FieldError
from services.post_validation.carried_fields import PostProviders
from services.post_validation.content import ThreadText
from services.post_validation.post_checks import FindProviders, content_warnings, lost_limits
from services.post_validation.whole_post import DeliveryTarget, WholePost
from services.thread_presenter import files_by_text

PostCheck = Callable[[WholePost, FindProviders], list[FieldError]]


def warnings_by_post(session: Session, posts: Collection[Post]) -> dict[str, list[FieldError]]:
    """The fields that will not be sent, by the post's id."""
    return _check(session, posts, content_warnings)


def limits_by_post(session: Session, posts: Collection[Post]) -> dict[str, list[FieldError]]:
    """The fields that limit a post and will not be sent, by the post's id."""
    return _check(session, posts, lost_limits)


def check_limits_are_sent(session: Session, post: Post) -> None:
    """Conflict where a post from before such fields were refused would go out without its limit."""
    lost = limits_by_post(session, [post])[post.id]
    if lost:
        sentences = "; ".join(f"{each['field']} {each['message']}" for each in lost)
        raise Conflict(f"{sentences}, remove this post, and publish it again")


def _check(
    session: Session, posts: Collection[Post], check: PostCheck
) -> dict[str, list[FieldError]]:
    alt_texts = post_queries.load_alt_texts(
        session, [each.id for each in posts if _has_files(each)]
    )
    concerned = [
        each
        for each in posts
        if each.platform_fields
        or each.title
        or each.versions
        or each.thread
        or any(alt_texts.get(each.id, ()))
    ]
    files = post_queries.load_media(session, [post.id for post in concerned if post.thread])
    deliveries = delivery_providers.load_many(session, [post.id for post in concerned])
    owners = {post.organization_id for post in concerned}
    defaults = {owner: connections.default_provider(session, owner) for owner in owners}
    found: dict[str, list[FieldError]] = {post.id: [] for post in posts}
    for post in concerned:
        parts = deliveries.get(post.id, [])
        find = _ProvidersOf(defaults[post.organization_id], parts)
        whole = _whole_post(post, parts, alt_texts.get(post.id, []), files.get(post.id, ()))
        found[post.id] = check(whole, find)
    return found


def _has_files(post: Post) -> bool:
    """Whether its files are to be looked at: only alt texts and versions say something of them."""
    return post.post_type == "photo" or bool(post.versions)


@dataclass(frozen=True, slots=True)
class _ProvidersOf:
    """The providers that targets of a stored post go through."""

    default: str
    deliveries: Sequence[DeliveryProvider]

    def __call__(self, targets: Collection[DeliveryTarget]) -> PostProviders:
        by_platform: dict[str, tuple[str, ...]] = {}
        for each in self.deliveries:
            if each.provider and DeliveryTarget(each.platform, each.account_id) in targets:
                names = (*by_platform.get(each.platform, ()), each.provider)
                by_platform[each.platform] = tuple(dict.fromkeys(names))
        return PostProviders(self.default, by_platform)


def _whole_post(
    post: Post,
    deliveries: Sequence[DeliveryProvider],
    alt_texts: Sequence[str],
    files: Sequence[Media],
) -> WholePost:
    return WholePost(
        post_type=post.post_type,
        caption=post.caption,
        targets=[DeliveryTarget(each.platform, each.account_id) for each in deliveries],
        files=len(alt_texts),
        fields=post.platform_fields,
        alt_texts=alt_texts,
        versions=post.versions,
        title=post.title,
        thread=[_thread_text(*each) for each in files_by_text(post, files)],
    )


def _thread_text(text: str, files: Sequence[Media]) -> ThreadText:
    kinds = [each.kind for each in files]
    return ThreadText(text, kinds.count("photo"), kinds.count("video"))
