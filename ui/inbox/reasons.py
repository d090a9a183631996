"""Why a post needs a person, in sentences. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from models.posts import Delivery, Post
from models.statuses import DeliveryStatus
from models.store.posts.needs import Need
from services.platform_names import platform_name

NOT_OUT: Final = "It did not go out."
MISSED: Final = "Nothing was published: when it could have gone out, it was too late for its slot."
LOOK_FIRST: Final = "Look there before you decide."


def reasons(need: Need, post: Post, deliveries: Sequence[Delivery]) -> list[str]:
    """The sentences, one for each account where there is something to say."""
    if need is Need.MISSED:
        errors = [_sentence(each) for each in deliveries if each.error]
        return [MISSED, *errors]
    if need in (Need.APPROVAL, Need.CHANGES):
        return []  # the plan, or the reviewer's own words say it
    if need is Need.UNKNOWN:
        return [*_unknown(deliveries)]
    if need is Need.HELD:
        return [_sentence(each) for each in deliveries if each.is_held]
    failed = _of_status(deliveries, DeliveryStatus.FAILED)
    return [*_live(deliveries), *failed] if failed else [post.reason or NOT_OUT]


def _of_status(deliveries: Sequence[Delivery], status: DeliveryStatus) -> list[str]:
    return [_sentence(each) for each in deliveries if each.status == status and each.error]


def _live(deliveries: Sequence[Delivery]) -> Iterator[str]:
    names = [platform_name(each.platform) for each in deliveries if _is_live(each)]
    if names:
        yield f"It is out on {' and '.join(names)}."


def _is_live(delivery: Delivery) -> bool:
    return delivery.status == DeliveryStatus.PUBLISHED


def _unknown(deliveries: Sequence[Delivery]) -> Iterator[str]:
    yield from _live(deliveries)
    unknown = [each for each in deliveries if each.status == DeliveryStatus.UNKNOWN]
    names = " and ".join(platform_name(each.platform) for each in unknown)
    yield f"It may have gone out on {names}. {LOOK_FIRST}" if names else LOOK_FIRST
    yield from _of_status(deliveries, DeliveryStatus.UNKNOWN)


def _sentence(delivery: Delivery) -> str:
    return f"{platform_name(delivery.platform)}: {delivery.error}"
