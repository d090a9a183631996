"""`slotbeat posts bulk|labels`: one action on many posts, and the labels that posts have."""

from typing import Annotated

import typer

from cli.common_options import JsonOption, OrganizationOption

ACTIONS = (
    "approve", "request_changes", "reject", "submit", "queue", "release", "move_days",
    "add_label", "remove_label", "remove", "retry", "acknowledge",
)  # fmt: skip


def _complete_action(incomplete: str) -> list[str]:
    return [name for name in ACTIONS if name.startswith(incomplete)]


def bulk(
    action: Annotated[
        str, typer.Argument(help=f"One of {', '.join(ACTIONS)}.", autocompletion=_complete_action)
    ],
    post_ids: Annotated[list[str], typer.Argument(help="Ids of posts, whole; at most 200.")],
    label: Annotated[
        str | None, typer.Option(help="The label, for add_label and remove_label.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(help="For move_days: how many days later; below 0: earlier.")
    ] = None,
    comment: Annotated[
        str | None, typer.Option(help="For approve, request_changes, submit and reject.")
    ] = None,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change many posts at once; one that is refused stops no other, and the exit code is then 1.

    Example: slotbeat posts bulk add_label 01a1ffe2812f71989636281eb0d02bec --label "Autumn 2026"
    """
    from cli.posts.bulk_run import run

    fields: dict[str, object] = {"ids": post_ids, "action": action}
    fields |= {"label": label, "days": days, "comment": comment}
    run(org, {name: each for name, each in fields.items() if each is not None}, as_json=as_json)


def labels(org: OrganizationOption = None, as_json: JsonOption = False) -> None:
    """List the labels that posts have, those on most posts first.

    Example: slotbeat posts labels
    """
    from cli.app_context import open_organization
    from cli.output import print_json, print_line
    from services.posts.post_labels import list_known_labels

    with open_organization(org) as (context, owner), context.database.read() as session:
        found = list_known_labels(session, owner)
    if as_json:
        print_json({"labels": found})
        return
    for each in found:
        print_line(f"{each['label']}: {each['posts']}")
