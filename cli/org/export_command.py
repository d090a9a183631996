"""`slotbeat org export`: everything of an organization, in a folder."""

from pathlib import Path
from typing import Annotated

import typer

from cli.common_options import JsonOption, OrganizationArgument
from cli.output import fail, print_json, print_line


def export(
    org: OrganizationArgument,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", file_okay=False, help="A new or empty folder.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Write everything of an organization to a folder, without secrets.

    organization.json has settings, rules, accounts and webhooks; posts.jsonl all posts with their
    deliveries and history; files/ its own files.

    Example: slotbeat org export "Lantern & Loaf" lantern/
    """
    from api.bootstrap import open_storage
    from cli.app_context import open_organization
    from cli.bootstrap import load_settings_or_fail
    from cli.import_export.export_files import ExportedFiles
    from cli.org.organization_export import OrganizationExport

    if folder.exists() and any(folder.iterdir()):
        fail("FOLDER: must be new or empty", code=2)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open_organization(org) as (context, id_):
        files = ExportedFiles(folder / "files", folder, open_storage(load_settings_or_fail()))
        summary = OrganizationExport(context, id_, files).write(folder)
    if as_json:
        print_json(summary)
        return
    print_line(f"{summary['posts']:,} posts and {summary['files']:,} files in {folder}")
    if summary["lostFiles"]:
        print_line(f"{len(summary['lostFiles']):,} files are missing in the storage")
