"""Whether the networks of a post take what follows it: as a thread, or as a first comment. Pure.

A network with threads gets all of it or refuses the post: half of a thread is worse than none. On
a network without threads the post is whole by itself, so that one text alone becomes its first
comment where there are first comments, and anything else is left out there with a warning.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.post_content import THREAD_NETWORKS, own_thread_field
from services.errors import FieldError
from services.post_validation.carried_fields import PostProviders
from services.post_validation.content import PostContent, ThreadText, network_limits, text_problems
from services.post_validation.network_limits import NetworkLimits
from services.post_validation.platform_field_table import PLATFORM_FIELDS
from services.post_validation.platform_fields import FIELD_PREFIX, field_problems
from services.post_validation.thread_items import item_field

FIELD = "thread"


def thread_problems(content: PostContent, providers: PostProviders) -> list[FieldError]:
    """Why a network cannot take what follows the post, and what of it breaks its limits."""
    return [
        each
        for name in (content.platforms if content.thread else ())
        if own_thread_field(name, content.fields) is None
        for each in _network_problems(name, content, providers)
    ]


def lost_thread(contents: Sequence[tuple[PostContent, PostProviders]]) -> list[FieldError]:
    """That none of a post's networks takes what follows it, so that it would be nowhere. A post has
    several contents where its networks do not get the same."""
    pairs = [(name, *each) for each in contents if each[0].thread for name in each[0].platforms]
    if not pairs or not all(_leaves_out(*each) for each in pairs):
        return []
    reasons = "; ".join(f"{each[0]}: {_reason(*each)}" for each in pairs)
    message = (
        f"is taken by none of the post's networks ({reasons}); leave it out, or post to a network "
        f"that has threads: {', '.join(sorted(THREAD_NETWORKS))}"
    )
    return [FieldError(field=FIELD, message=message)]


def thread_warnings(content: PostContent, providers: PostProviders) -> list[FieldError]:
    """The networks of the post that do not get what follows it, and why."""
    return [
        FieldError(field=FIELD, message=f"is not sent to {name}: {reason}")
        for name in (content.platforms if content.thread else ())
        if (reason := _reason(name, content, providers))
    ]


def comment_field(platform: str, content: PostContent, providers: PostProviders) -> str | None:
    """The field that says the same as the thread does: that of the first comment, where there are
    such comments, and the thread is one text without files."""
    name = f"{platform}FirstComment"
    if name not in PLATFORM_FIELDS or not _is_one_text(content):
        return None
    text = content.thread[0].text
    return None if providers.without_place(name, text, content.post_type) else name


def _is_one_text(content: PostContent) -> bool:
    """Whether what follows the post is one text without files."""
    return [(each.photos, each.videos) for each in content.thread] == [(0, 0)]


def _reason(platform: str, content: PostContent, providers: PostProviders) -> str | None:
    own = own_thread_field(platform, content.fields)
    if own is not None:
        return f"{own} is given, and goes before it"
    if not _leaves_out(platform, content, providers):
        return None
    if f"{platform}FirstComment" not in PLATFORM_FIELDS:
        return "it has neither threads nor first comments"
    if not _is_one_text(content):
        return "it takes a first comment, which is one text without files"
    return f"the provider {' and '.join(providers.of(platform))} has no place for a first comment"


def _leaves_out(platform: str, content: PostContent, providers: PostProviders) -> bool:
    """Whether a network without threads goes without what follows the post; one that says it by a
    field of its own does not."""
    return (
        platform not in THREAD_NETWORKS
        and own_thread_field(platform, content.fields) is None
        and comment_field(platform, content, providers) is None
    )


def _network_problems(
    platform: str, content: PostContent, providers: PostProviders
) -> Iterator[FieldError]:
    if platform in THREAD_NETWORKS:
        yield from _thread_problems(platform, content, providers)
    elif name := comment_field(platform, content, providers):
        yield from _comment_problems(platform, name, content)


def _thread_problems(
    platform: str, content: PostContent, providers: PostProviders
) -> Iterator[FieldError]:
    lost = " and ".join(each or "none" for each in providers.without_threads(platform))
    if lost:
        message = (
            f"cannot be sent to {platform}: the provider {lost} has no place for it, so that the "
            f"post would go out there by half; leave {platform} out, or send it a post of its own"
        )
        yield FieldError(field=FIELD, message=message)
        return
    for number, item in enumerate(content.thread):
        yield from _text_problems(platform, network_limits(content, platform), number, item)


def _text_problems(
    platform: str, network: NetworkLimits, number: int, item: ThreadText
) -> Iterator[FieldError]:
    kind = "photo" if item.photos else "video" if item.videos else "text"
    for problem in text_problems(network, kind, item.text):
        yield FieldError(field=item_field(number, "text"), message=f"{platform} takes {problem}")
    if network.photos is not None and item.photos > network.photos:
        message = f"{platform} takes at most {network.photos} photos a text, not {item.photos}"
        yield FieldError(field=item_field(number, "photoUrls"), message=message)


def _comment_problems(platform: str, name: str, content: PostContent) -> Iterator[FieldError]:
    """What would be wrong with the field of the first comment, were it given."""
    fields = {**content.fields, name: content.thread[0].text}
    for each in field_problems(replace(content, platforms=[platform], fields=fields)):
        if each["field"] == FIELD_PREFIX + name:
            message = f"{platform}, where it is the first comment ({name}): {each['message']}"
            yield FieldError(field=item_field(0, "text"), message=message)
