"""`slotbeat posts import --dry-run`: shows what an import would do, and stores nothing."""

from datetime import timedelta

from sqlmodel import select

from models.database import Database
from models.organizations import SocialSettings
from models.posts import Post
from tests.integration.cli.import_export.calendar_files import rows_with_status
from tests.integration.cli.run_command import CommandRunner
from tests.integration.scheduler.queue_factories import (
    add_organization,
    database_now,
    queue_post,
    rule_near,
    write_rules,
)

CALENDAR = """key,postType,caption,platforms,scheduledAt
a,text,First,x,
b,story,Bad,x,
c,text,At,x,2099-05-01T10:00
a,text,First,x,
d,text,Second,x,
e,text,Third,x,
"""


def test_a_dry_run_shows_the_slots_that_the_import_assigns(
    migrated_shell: CommandRunner, database: Database
) -> None:
    """After the posts that wait already, each row gets the same seat as in the import. The dry run
    creates no post and no report."""
    rules = [rule_near(database_now(database) + timedelta(hours=hours)) for hours in (30, 60)]
    owner = add_organization(database, per_slot=2)
    queue_post(database, owner)
    write_rules(database, owner, rules)
    file = migrated_shell.cwd / "calendar.csv"
    file.write_text(CALENDAR)
    tried = migrated_shell.slotbeat("posts", "import", file, "--dry-run", "--json")
    text = migrated_shell.slotbeat("posts", "import", file, "--dry-run").out
    assert (tried.code, tried.json["dryRun"], tried.json["report"]) == (1, True, None)
    with database.read() as session:
        assert len(session.exec(select(Post)).all()) == 1
        assert session.get_one(SocialSettings, owner).is_enabled
    assert not list(migrated_shell.cwd.glob("*.errors*"))
    assert "4 would be accepted, 1 known already, 1 refused" in text
    assert [line[:9] for line in text.splitlines()[:3]] == ["row 2 (a)", "row 6 (d)", "row 7 (e)"]
    made = migrated_shell.slotbeat("posts", "import", file, "--json")
    seats = [
        [
            (row["key"], row["socialPost"]["scheduledFor"])
            for row in rows_with_status(each.json, "accepted")
        ]
        for each in (tried, made)
    ]
    assert seats[0] == seats[1]
    assert len({at for _, at in seats[0]}) == 3
