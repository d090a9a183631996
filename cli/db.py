"""`slotbeat db`: upgrade the database, or prepare it for work after a restore."""

import typer

from cli.common_options import JsonOption
from cli.output import console, print_json

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="The database: upgrade it, or prepare it after a restore.",
)


@app.command(name="upgrade")
def upgrade_(as_json: JsonOption = False) -> None:
    """Upgrade the database to the newest level; safe to repeat, and to run many times at once.

    Example: slotbeat db upgrade
    """
    from cli.bootstrap import (
        has_content,
        load_settings_or_fail,
        require_known_revision,
        sqlite_file,
    )
    from models.database import Database
    from models.migrate import upgrade

    settings = load_settings_or_fail()
    path = sqlite_file(settings)
    is_new = path is not None and not has_content(path)
    database = Database(settings.database_url)
    require_known_revision(database)
    level = upgrade(database)
    database.close()
    if as_json:
        print_json({"level": level})
        return
    if is_new:  # in the wrong folder, this is not what was meant
        console.print(f"A new, empty database was made: {path}.", highlight=False)
    console.print(f"The database is at level {level}.", highlight=False)


@app.command(name="restored")
def restored_(as_json: JsonOption = False) -> None:
    """Run this after a restore from a backup, before any process starts: each unfinished post is
    first reconciled with the provider, so that it is neither created nor published twice.

    Example: slotbeat db restored
    """
    from cli.bootstrap import load_settings_or_fail, open_database
    from models.store import clock
    from models.store.posts import backup_restore

    database = open_database(load_settings_or_fail())
    with database.write() as session:
        count = backup_restore.require_reconcile(session, clock.now(session))
    database.close()
    if as_json:
        print_json({"posts": count})
    else:
        console.print(
            f"{count} unfinished posts will be reconciled before they publish.", highlight=False
        )
