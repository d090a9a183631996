"""What may be shown of a connection: whose credentials it uses and their state, never a key."""

import hashlib
from typing import Any

from cli.time_format import format_iso
from config.secret_key import secret_keys
from config.settings import Settings
from models.accounts import Connection
from models.database import Database
from models.encryption import Cipher, WrongSecretKey
from models.store.tenants import connections, organizations
from models.store.tenants.stored_credentials import ProviderCredentials

VISIBLE_CHARACTERS = 2
FINGERPRINT_DIGITS = 12


def describe_connection(
    database: Database, settings: Settings, organization_id: str
) -> dict[str, Any]:
    """The connection that an organization's new posts use. `source` is `own` or `environment`.

    `fingerprint` is the beginning of the primary key's SHA-256: `printf %s KEY | sha256sum`.
    """
    with database.write() as session:
        connection = connections.ensure_connection(session, organization_id, settings.provider)
    own = connection.credentials is not None
    return {
        "organizationId": organization_id,
        "connectionId": connection.id,
        "provider": connection.provider,
        "source": "own" if own else "environment",
        **_describe_credentials(
            _decrypt_credentials(connection, settings) if own else environment_credentials(settings)
        ),
        "setAt": format_iso(connection.credentials_at),
        "state": connection_state(connection),
        "refusedAt": format_iso(connection.refused_at),
    }


def _decrypt_credentials(connection: Connection, settings: Settings) -> ProviderCredentials | None:
    try:
        return ProviderCredentials.decrypt(
            Cipher(*secret_keys(settings)), connection.credentials or ""
        )
    except WrongSecretKey:
        return None


def environment_credentials(settings: Settings) -> ProviderCredentials | None:
    """The environment's credentials; None where it has none, as with the simulator."""
    id_, key = settings.swonkie_api_id, settings.swonkie_api_key
    if id_ is None or key is None:
        return None
    other = settings.swonkie_api_key_secondary
    secondary = other.get_secret_value() if other else None
    return ProviderCredentials(id_.get_secret_value(), key.get_secret_value(), secondary)


def _describe_credentials(credentials: ProviderCredentials | None) -> dict[str, Any]:
    if credentials is None:
        return {"apiId": None, "fingerprint": None, "secondary": False}
    digest = hashlib.sha256(credentials.primary.encode()).hexdigest()
    secondary = credentials.secondary is not None
    return {
        "apiId": mask(credentials.api_id),
        "fingerprint": digest[:FINGERPRINT_DIGITS],
        "secondary": secondary,
    }


def mask(text: str) -> str:
    """The first and last two characters; only "…" if the text is too short to hide the rest."""
    hidden = "…"
    return (
        text[:VISIBLE_CHARACTERS] + hidden + text[-VISIBLE_CHARACTERS:]
        if len(text) > 3 * VISIBLE_CHARACTERS
        else hidden
    )


def connection_state(connection: Connection) -> str:
    """`refused`, `ok`, or `unchecked` until the first sync of its accounts."""
    if connection.refused_at is not None:
        return "refused"
    return "ok" if connection.accounts_synced_at is not None else "unchecked"


def load_connections_in_use(database: Database) -> list[tuple[Connection, str | None]]:
    """All connections in use, with the names of their organizations (None: the environment's)."""
    with database.read() as session:
        names = {each.id: each.name for each in organizations.list_all(session)}
        listed = connections.list_connections(session)
    in_use = [each for each in listed if each.organization_id is None or each.credentials]
    return [(each, names.get(each.organization_id or "")) for each in in_use]
