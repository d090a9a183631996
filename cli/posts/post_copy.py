"""The copy of a post, and what the command prints of it."""

from cli.app_context import open_organization
from cli.output import print_json, print_line, print_warnings
from cli.posts.post_change import fail_if_not_found
from cli.posts.post_id import resolve_post_id
from services import presenters
from services.inputs.post_bodies import DuplicateBody
from services.posts import duplicate as post_duplicate


def duplicate(post_id: str, org: str | None, *, as_json: bool) -> None:
    """Make the copy, and print its id."""
    with open_organization(org) as (context, owner):
        id_ = resolve_post_id(context.database, owner, post_id)
        with fail_if_not_found(id_), context.database.write() as session:
            copy = post_duplicate.duplicate(session, context, owner, id_, DuplicateBody())
            answer = presenters.present_accepted_post(copy.post, copy.job_id)
    if as_json:
        print_json({**answer, **presenters.present_warnings(copy.warnings)})
        return
    print_warnings(copy.warnings)
    print_line(f"{answer['socialPost']['id']}: {answer['socialPost']['status']}")
