"""`slotbeat slots replan`: moves posts whose slot was removed."""

from datetime import datetime, timedelta

from models.database import Database
from tests.integration.cli.run_command import CommandRunner
from tests.integration.scheduler.queue_factories import (
    add_organization,
    database_now,
    list_taken_seats,
    queue_post,
    rule_near,
    write_rules,
)


def test_a_dry_run_shows_the_moves_and_the_real_one_makes_them(shell: CommandRunner) -> None:
    """Both list the same move, as JSON and as a table; only the second writes; then none is left.

    An organization that does not exist is named as the wrong option.
    """
    assert shell.slotbeat("db", "upgrade").code == 0
    database = Database(shell.variables["DATABASE_URL"])
    at = database_now(database)
    organization = add_organization(database, [rule_near(at + timedelta(hours=30))])
    post = queue_post(database, organization)
    write_rules(database, organization, [rule_near(at + timedelta(hours=50))])
    (before,) = list_taken_seats(database, organization)
    dry = shell.slotbeat("slots", "replan", "--dry-run", "--json")
    assert (dry.code, dry.err) == (0, "")
    (move,) = dry.json["moves"]
    assert (dry.json["dryRun"], move["postId"]) == (True, post.id)
    assert move["why"] == "its rule was removed"
    assert list_taken_seats(database, organization)[0].slot_at == before.slot_at
    table = shell.slotbeat("slots", "replan", "--dry-run", "--org", organization)
    assert "1 posts would move" in table.out
    assert f"{datetime.fromisoformat(move['to']):%a %Y-%m-%d %H:%M} UTC" in table.out
    done = shell.slotbeat("slots", "replan", "--json")
    assert done.json == {"dryRun": False, "moves": [move]}
    (after,) = list_taken_seats(database, organization)
    assert after.slot_at - before.slot_at == timedelta(hours=20)
    assert shell.slotbeat("slots", "replan", "--json").json["moves"] == []
    assert "--org" in shell.slotbeat("slots", "replan", "--org", "nobody").errors
    database.close()
