"""`slotbeat db`: the database's level."""

import typer

from cli.bootstrap import load_settings_or_fail, open_database, require_known_revision
from cli.common_options import JsonOption
from cli.output import console, print_json
from models.database import Database
from models.migrate import upgrade
from models.store import clock
from models.store.posts import backup_restore

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="The database: its level, and what follows a restore.",
)


@app.command(name="upgrade")
def upgrade_(as_json: JsonOption = False) -> None:
    """Bring the database to the newest level; safe to run at every start, and by many at once.

    Example: slotbeat db upgrade
    """
    database = Database(load_settings_or_fail().database_url)
    require_known_revision(database)
    level = upgrade(database)
    database.close()
    if as_json:
        print_json({"level": level})
    else:
        console.print(f"The database stands at level {level}.", highlight=False)


@app.command(name="restored")
def restored_(as_json: JsonOption = False) -> None:
    """After a restore from a backup, before anything is started: every unfinished post looks for
    what the provider has of it already, instead of making and publishing it once more.

    Example: slotbeat db restored
    """
    database = open_database(load_settings_or_fail())
    with database.write() as session:
        count = backup_restore.require_reconcile(session, clock.now(session))
    database.close()
    if as_json:
        print_json({"posts": count})
    else:
        console.print(f"{count} unfinished posts will look before they publish.", highlight=False)
