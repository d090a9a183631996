"""The `slotbeat posts` group: its commands, `import` and `export` included."""

from collections.abc import Mapping
from typing import ClassVar

import typer

from cli.commands import LazyCommand, LazyCommandGroup


class PostsGroup(LazyCommandGroup):
    """The commands of the group."""

    entries: ClassVar[Mapping[str, LazyCommand]] = {
        "import": LazyCommand(
            "cli.import_export.import_command:import_",
            "Import a content calendar.",
        ),
        "export": LazyCommand(
            "cli.import_export.export_command:export",
            "Export posts as a calendar, which can be imported here or in another organization.",
        ),
        "watch": LazyCommand(
            "cli.posts.watch_command:watch",
            "Follow posts until all have ended, or until Ctrl-C: counts by status, and the "
            "next slot.",
        ),
        "list": LazyCommand(
            "cli.posts.list_command:list_",
            "List the posts, the newest first, with times in each post's own zone.",
        ),
        "show": LazyCommand(
            "cli.posts.show_command:show",
            "Show a post with its deliveries and the history of every attempt.",
        ),
        "labels": LazyCommand(
            "cli.posts.bulk_command:labels",
            "List the labels that posts have, those on most posts first.",
        ),
        "bulk": LazyCommand(
            "cli.posts.bulk_command:bulk",
            "Change many posts at once; one that is refused stops no other, and the exit code is "
            "then 1.",
        ),
        "retry": LazyCommand(
            "cli.posts.change_commands:retry",
            "Retry what was not published; what succeeded is not touched.",
        ),
        "acknowledge": LazyCommand(
            "cli.posts.change_commands:acknowledge",
            "Leave a failed, partial, missed or unknown post as it is: it needs no more attention.",
        ),
        "cancel": LazyCommand(
            "cli.posts.change_commands:cancel",
            "Cancel a post, at the provider too: it is `cancelling` until a worker has done that.",
        ),
        "release": LazyCommand(
            "cli.posts.change_commands:release",
            "Release a post that is on hold because it missed its slot.",
        ),
        "approve": LazyCommand(
            "cli.posts.change_commands:approve", "Approve a post that waits for approval."
        ),
        "request-changes": LazyCommand(
            "cli.posts.change_commands:request_changes",
            "Send a post that waits for approval back to its writer; it keeps its mode and its "
            "time.",
        ),
        "submit": LazyCommand(
            "cli.posts.change_commands:submit",
            "Let a post that was sent back to its writer wait for approval again.",
        ),
        "reject": LazyCommand(
            "cli.posts.change_commands:reject", "Reject a post that waits for approval."
        ),
        "edit": LazyCommand(
            "cli.posts.edit_command:edit",
            "Change a post's text, files, networks or instant, or make it a draft again.",
        ),
        "duplicate": LazyCommand(
            "cli.posts.change_commands:duplicate",
            "Make a draft without a date of any post, whatever became of it.",
        ),
    }


app = typer.Typer(
    cls=PostsGroup,
    no_args_is_help=True,
    add_completion=False,
    help="Posts: import, export, list, change and watch.",
)


@app.callback()
def _group() -> None:
    """Makes it a group for Typer, which sees no command: its class finds them."""
