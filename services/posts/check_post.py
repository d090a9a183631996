"""Checks a post as publish would, without accepting it: for people who are still writing."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from models.organizations import SocialSettings
from models.post_content import VersionContent
from services.context import AppContext
from services.errors import FieldError, ValidationFailed
from services.inputs.post_bodies import PublishBody
from services.post_validation.carried_fields import PostProviders
from services.post_validation.platform_field_table import PLATFORM_FIELDS
from services.post_validation.text_counts import TextCount, count_texts
from services.post_validation.whole_post import DeliveryTarget, WholePost, version_content
from services.posts.publish import PostIntake
from services.posts.publish_request import whole_post


@dataclass(frozen=True, slots=True)
class CheckedPost:
    """What publish would say of a post. `problems` refuse it, `warnings` will not be sent.
    `carried`: the platform fields that its networks' providers have a place for, with this type of
    post. `contents`: what each target gets."""

    problems: Sequence[FieldError] = ()
    warnings: Sequence[FieldError] = ()
    counts: Sequence[TextCount] = ()
    carried: frozenset[str] = frozenset()
    contents: Sequence[tuple[DeliveryTarget, VersionContent]] = field(default_factory=list)


def check_post(
    session: Session,
    context: AppContext,
    settings: SocialSettings,
    body: PublishBody,
    live: Sequence[DeliveryTarget] = (),
) -> CheckedPost:
    """Check it; writes nothing. `live`: where a post that is edited is out already."""
    intake = PostIntake(session, context, settings)
    problems, warnings = _verdict(intake, body, live)
    targets = intake.list_targets(body)
    post = whole_post(body, targets, live, allow_private=context.allow_private_media)
    return CheckedPost(
        problems,
        warnings,
        list(count_texts(post, intake.find_providers)),
        carried_fields(intake.find_providers(targets), post),
        [(each, version_content(post, each.platform, each.account_id)) for each in targets],
    )


def _verdict(
    intake: PostIntake, body: PublishBody, live: Sequence[DeliveryTarget]
) -> tuple[Sequence[FieldError], Sequence[FieldError]]:
    try:
        return (), intake.check_content(body, live=live).warnings
    except ValidationFailed as error:
        return error.details, ()


def carried_fields(providers: PostProviders, post: WholePost) -> frozenset[str]:
    """The fields of the post's networks that go with its type, and that a provider carries."""
    return frozenset(
        name
        for name, each in PLATFORM_FIELDS.items()
        if each.platform in post.platforms
        and post.post_type in each.post_types
        and providers.has_place_for(name)
    )
