"""`slotbeat posts`: approve, request-changes, submit, reject, release, retry, acknowledge, cancel
and duplicate, each for one post."""

from functools import partial
from typing import Annotated

import typer

from cli.common_options import JsonOption, OrganizationOption, PostIdArgument

ByOption = Annotated[
    str | None, typer.Option(help="Who decides; without it, the user of this machine.")
]


def retry(
    post_id: PostIdArgument, org: OrganizationOption = None, as_json: JsonOption = False
) -> None:
    """Retry what was not published; what succeeded is not touched.

    Example: slotbeat posts retry 01a1ffe2812f71989636281eb0d02bec
    """
    from cli.posts import post_change

    post_change.apply(post_id, org, post_change.retry, as_json=as_json)


def acknowledge(
    post_id: PostIdArgument,
    by: Annotated[
        str | None, typer.Option(help="Who leaves it so; without it, the user of this machine.")
    ] = None,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Leave a failed, partial, missed or unknown post as it is: it needs no more attention.

    Example: slotbeat posts acknowledge 01a1ffe2812f71989636281eb0d02bec --by Dana
    """
    from cli.posts import post_change

    change = partial(post_change.acknowledge, who=by)
    post_change.apply(post_id, org, change, as_json=as_json)


def cancel(
    post_id: PostIdArgument, org: OrganizationOption = None, as_json: JsonOption = False
) -> None:
    """Cancel a post, at the provider too: it is `cancelling` until a worker has done that.

    Example: slotbeat posts cancel 01a1ffe2812f71989636281eb0d02bec
    """
    from cli.posts import post_change

    post_change.apply(post_id, org, post_change.cancel, as_json=as_json)


def release(
    post_id: PostIdArgument,
    next_slot: Annotated[
        bool, typer.Option("--next-slot", help="Into the next free slot, instead of now.")
    ] = False,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Release a post that is on hold because it missed its slot.

    Example: slotbeat posts release 01a1ffe2812f71989636281eb0d02bec --next-slot
    """
    from cli.posts import post_change

    change = partial(post_change.release, next_slot=next_slot)
    post_change.apply(post_id, org, change, as_json=as_json)


def approve(
    post_id: PostIdArgument,
    by: ByOption = None,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Approve a post that waits for approval.

    Example: slotbeat posts approve 01a1ffe2812f71989636281eb0d02bec
    """
    from cli.posts import post_change

    change = partial(post_change.approve, who=by)
    post_change.apply(post_id, org, change, as_json=as_json)


def request_changes(
    post_id: PostIdArgument,
    comment: Annotated[str, typer.Option(help="What has to change, for the writer of the post.")],
    by: ByOption = None,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a post that waits for approval back to its writer; it keeps its mode and its time.

    Example: slotbeat posts request-changes 01a1ffe2812f71989636281eb0d02bec --comment "No logo"
    """
    from cli.posts import post_change

    change = partial(post_change.request_changes, comment=comment, who=by)
    post_change.apply(post_id, org, change, as_json=as_json)


def submit(
    post_id: PostIdArgument,
    comment: Annotated[
        str | None, typer.Option(help="What was changed, for the person who approves.")
    ] = None,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a post that was sent back to its writer wait for approval again.

    Example: slotbeat posts submit 01a1ffe2812f71989636281eb0d02bec --comment "With the logo"
    """
    from cli.posts import post_change

    change = partial(post_change.submit, comment=comment)
    post_change.apply(post_id, org, change, as_json=as_json)


def reject(
    post_id: PostIdArgument,
    reason: Annotated[str | None, typer.Option(help="Why, for the author of the post.")] = None,
    by: ByOption = None,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Reject a post that waits for approval.

    Example: slotbeat posts reject 01a1ffe2812f71989636281eb0d02bec --reason "No logo"
    """
    from cli.posts import post_change

    change = partial(post_change.reject, reason=reason, who=by)
    post_change.apply(post_id, org, change, as_json=as_json)


def duplicate(
    post_id: PostIdArgument, org: OrganizationOption = None, as_json: JsonOption = False
) -> None:
    """Make a draft without a date of any post, whatever became of it.

    Example: slotbeat posts duplicate 01a1ffe2812f71989636281eb0d02bec
    """
    from cli.posts import post_copy

    post_copy.duplicate(post_id, org, as_json=as_json)
