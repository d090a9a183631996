"""`slotbeat posts edit`: what a post says, its files, where it goes, and when."""

from typing import Annotated

import typer

from cli.common_options import JsonOption, OrganizationOption, PostIdArgument


def edit(  # noqa: PLR0913, PLR0917  (each is an option)
    post_id: PostIdArgument,
    caption: Annotated[str | None, typer.Option(help="The new caption.")] = None,
    title: Annotated[str | None, typer.Option(help="The new title, for networks with one.")] = None,
    link: Annotated[
        list[str] | None,
        typer.Option(help="A link to a file; all files are replaced by these. May be repeated."),
    ] = None,
    network: Annotated[
        list[str] | None,
        typer.Option(help="A network that the post goes to; the others are taken off. Repeatable."),
    ] = None,
    account: Annotated[
        list[str] | None,
        typer.Option(help="The id of an account that the post goes to. May be repeated."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(help="When to publish it; without an offset in the organization's zone."),
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(help="A label; all labels are replaced by these. An empty text removes them."),
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Make it a draft without a date.")] = False,
    if_version: Annotated[
        int | None,
        typer.Option(
            "--if-version", min=1, help="Only if the post still has this version (posts show)."
        ),
    ] = None,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change a post's text, files, networks or instant, or make it a draft again.

    Example: slotbeat posts edit 01a1ffe2812f71989636281eb0d02bec --network x --network facebook
    """
    from cli.posts.post_edit import EditOptions, edit_post

    options = EditOptions(
        caption=caption,
        title=title,
        links=link,
        networks=network,
        accounts=account,
        labels=label,
        at=at,
        draft=draft,
        version=if_version,
    )
    edit_post(post_id, org, options, as_json=as_json)
