"""What the server says of a form that is still being written: problems, counts, previews."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from models.store.posts import posts
from models.store.posts.delivery_changes import FINAL
from models.store.tenants import social_settings
from services.context import AppContext
from services.errors import ValidationFailed
from services.post_validation.text_counts import TextCount
from services.post_validation.whole_post import DeliveryTarget
from services.posts.check_post import check_post
from ui.compose.choices import FormChoices
from ui.compose.compose_body import build_body, form_problems, messages_by_form_field
from ui.compose.compose_form import SubmittedForm
from ui.compose.preview import NetworkPreview, build_previews
from ui.sign_in.visitor import Visitor


@dataclass(frozen=True, slots=True)
class FormCheck:
    """`problems` and `warnings`: sentences by form field. `carried`: platform fields that will be
    sent with the post as it is. `is_complete`: the form could be read as a request; otherwise the
    other fields say nothing."""

    problems: dict[str, list[str]] = field(default_factory=dict)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    counts: Sequence[TextCount] = ()
    previews: Sequence[NetworkPreview] = ()
    carried: frozenset[str] = frozenset()
    is_complete: bool = True


def check_form(
    context: AppContext, visitor: Visitor, form: SubmittedForm, choices: FormChoices
) -> FormCheck:
    """Check a form as publish would, without accepting it."""
    own = form_problems(form)
    try:
        body = build_body(form)
    except ValidationFailed as error:
        problems = messages_by_form_field([*error.details, *own])
        return FormCheck(problems, is_complete=False)
    with context.database.read() as session:
        settings = social_settings.read_settings(session, visitor.organization_id)
        live = _live_targets(session, visitor, form.values["post"])
        checked = check_post(session, context, settings, body, live)
    return FormCheck(
        messages_by_form_field([*checked.problems, *own]),
        messages_by_form_field(checked.warnings),
        checked.counts,
        build_previews(checked.contents, form.files().all, body.title or "", choices.account_names),
        checked.carried,
    )


def _live_targets(session: Session, visitor: Visitor, post_id: str) -> list[DeliveryTarget]:
    """Where the post that is edited is out already."""
    if not post_id or posts.get(session, visitor.organization_id, post_id) is None:
        return []
    rows = posts.load_parts(session, [post_id])[1][post_id]
    return [DeliveryTarget(each.platform, each.account_id) for each in rows if each.status in FINAL]
