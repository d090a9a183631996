"""Which networks and accounts a post goes to after an edit: what stays, goes, and is added."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from models.posts import Delivery
from models.store.posts import delivery_changes
from models.store.posts.delivery_changes import FINAL
from services.errors import invalid_field
from services.inputs.post_bodies import EditBody
from services.post_validation.whole_post import DeliveryTarget
from services.posts.lookup import PostWithSettings
from services.posts.publish import PostIntake


def open_deliveries(found: PostWithSettings) -> list[Delivery]:
    """Those that an edit concerns: neither live, nor taken off the post."""
    return [
        each for each in found.locked.deliveries if each.status not in FINAL and not each.is_removed
    ]


def live_targets(found: PostWithSettings) -> list[DeliveryTarget]:
    """Where it is out already, or may be."""
    return [
        DeliveryTarget(each.platform, each.account_id)
        for each in found.locked.deliveries
        if each.status in FINAL
    ]


def wanted_targets(found: PostWithSettings, body: EditBody) -> dict[str, list[str]]:
    """The networks and accounts that the post still has to go to, in the fields of a request. Where
    it is live already it stays as it is. ValidationFailed where none is left."""
    ended = [each for each in found.locked.deliveries if each.status in FINAL]
    platforms, ids = body.platforms or [], body.accountIds
    if ids is None:  # the named accounts of the networks that stay
        kept = [each for each in open_deliveries(found) if each.platform in platforms]
        ids = [each.account_id for each in kept if each.is_named and each.account_id]
    live = {each.account_id for each in ended}
    covered = {each.platform for each in ended}
    wanted = {
        "platforms": [each for each in platforms if each not in covered],
        "accountIds": [each for each in ids if each not in live],
    }
    if not any(wanted.values()):
        raise invalid_field(
            "platforms",
            "name at least one network on which the post is not live; "
            "acknowledge the post to leave it as it is",
        )
    return wanted


def kept_versions(
    found: PostWithSettings, targets: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, Any]]:
    """The stored versions of what the post still goes to, or where it is out already."""
    wanted = {*targets["platforms"], *targets["accountIds"]}
    for each in found.locked.deliveries:
        if each.status in FINAL or each.account_id in wanted:
            wanted |= {each.platform, each.account_id or ""}
    return {name: each for name, each in found.post.versions.items() if name in wanted}


def apply_targets(
    session: Session,
    found: PostWithSettings,
    intake: PostIntake,
    targets: Sequence[DeliveryTarget],
) -> None:
    """Add a delivery for each target that has none, and remove those that are no target."""
    left = [each for each in found.locked.deliveries if each.status not in FINAL]
    left.sort(key=lambda each: each.is_removed)
    added = []
    for target in targets:
        match = _find(left, target, intake)
        if match is None:
            added.append(target)
            continue
        left.remove(match)
        delivery_changes.keep(session, match, is_named=target.account_id is not None)
    for each in left:
        if not each.is_removed:
            delivery_changes.remove(session, each)
    delivery_changes.add(session, [_build(found, intake, each) for each in added])


def _find(
    deliveries: Sequence[Delivery], target: DeliveryTarget, intake: PostIntake
) -> Delivery | None:
    """The delivery that a target has already: on its account, or on the default one."""
    account = intake.find_account(target)
    same = [each for each in deliveries if account and each.account_id == account.id]
    if target.account_id is None:
        same += [
            each for each in deliveries if each.platform == target.platform and not each.is_named
        ]
    return next(iter(same), None)


def _build(found: PostWithSettings, intake: PostIntake, target: DeliveryTarget) -> Delivery:
    """A new delivery. Beside another one on its network it keeps the account that is the default
    now, so that the two never meet on one account."""
    delivery = intake.build_delivery(found.post, target)
    account = intake.find_account(target)
    if account and any(each.platform == target.platform for each in found.locked.deliveries):
        delivery.account_id = account.id
    return delivery
