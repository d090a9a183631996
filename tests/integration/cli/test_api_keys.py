"""`slotbeat key`: further API keys, and revoking them."""

from api.caller import _find_holder
from models.database import Database
from tests.integration.cli.run_command import CommandRunner
from tests.service_context import build_test_context


def opens(shell: CommandRunner, key: str) -> str | int:
    """The organization that a key opens the API for, else the status of the refusal."""
    database = Database(shell.variables["DATABASE_URL"])
    try:
        holder = _find_holder(build_test_context(database), key)
        return holder.tenant.id if holder else 401
    finally:
        database.close()


def test_a_key_is_made_listed_and_revoked(shell: CommandRunner) -> None:
    """A second key opens the API beside the first; once revoked it is answered with 401 at once,
    and the first goes on. The list shows neither key."""
    made = shell.slotbeat("org", "create", "A", "--json").json
    key = shell.slotbeat("key", "create", "--json").json
    assert (key["organizationId"], key["name"], key["status"]) == (made["id"], "API key", "valid")
    assert [opens(shell, each["apiKey"]) for each in (made, key)] == [made["id"]] * 2
    revoked = shell.slotbeat("key", "revoke", key["id"], "--json")
    assert (revoked.code, revoked.json["id"]) == (0, key["id"])
    assert [opens(shell, each["apiKey"]) for each in (made, key)] == [made["id"], 401]
    listed = shell.slotbeat("key", "list", "--json")
    rows = listed.json["keys"]
    assert [row["revokedAt"] is None for row in rows] == [True, False]
    assert rows[1] == revoked.json == shell.slotbeat("key", "revoke", key["id"], "--json").json
    table = shell.slotbeat("key", "list")
    assert all(row["id"] in table.out for row in rows)
    assert not [each for each in (made, key) if each["apiKey"] in listed.out + table.out]


def test_for_people_the_key_is_shown_once(shell: CommandRunner) -> None:
    """Without --json: the id, the key, and that it is not shown again."""
    owner = shell.slotbeat("org", "create", "A", "--json").json["id"]
    result = shell.slotbeat("key", "create", "--org", owner)
    id_, key = (result.out.split("\n")[line].split()[-1] for line in (0, 1))
    assert (result.code, opens(shell, key)) == (0, owner)
    assert "not shown again" in result.out
    assert "revoked" in shell.slotbeat("key", "revoke", id_).out
    assert opens(shell, key) == 401


def test_a_key_has_a_name_scopes_and_an_end(shell: CommandRunner) -> None:
    """They are listed, with who made it; a date means its end in the organization's time zone. A
    wrong value is refused by the name of its option."""
    shell.slotbeat("org", "create", "A")
    options = ("--name", "Zapier", "--scopes", "write, read", "--expires", "2099-06-30")
    made = shell.slotbeat("key", "create", *options, "--json").json
    assert (made["name"], made["scopes"]) == ("Zapier", ["read", "write"])
    assert made["expiresAt"] == "2099-07-01T00:00:00.000Z"
    assert made["createdBy"]["kind"] == "operator"
    table = shell.slotbeat("key", "list").out
    assert "Zapier" in table
    assert "First key" in table
    for wrong in (("--expires", "2020-01-01"), ("--scopes", "read,publish"), ("--name", " ")):
        refused = shell.slotbeat("key", "create", *wrong)
        assert refused.code == 2
        assert wrong[0] in refused.errors


def test_an_unknown_key_or_organization_is_named(shell: CommandRunner) -> None:
    """Exit code 1 and a sentence; with several organizations --org must say whose."""
    shell.slotbeat("org", "create", "A")
    result = shell.slotbeat("key", "revoke", "nobody")
    assert (result.code, result.out) == (1, "")
    assert "nobody" in result.errors
    assert "nobody" in shell.slotbeat("key", "revoke", "nobody", "--json").json["error"]
    shell.slotbeat("org", "create", "B")
    for command in ("create", "list"):
        assert "--org" in shell.slotbeat("key", command).errors
