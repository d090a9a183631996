"""Provider credentials of organizations: stored encrypted in connections, decrypted by workers."""

import json
from dataclasses import dataclass, field
from typing import Self

from sqlmodel import Session, col, func, select

from models.accounts import Connection
from models.encryption import Cipher
from models.posts import Delivery, Post
from models.statuses import SETTLED_POSTS
from models.store import clock
from models.store.jobs import job_queue
from models.task_names import JobKind


@dataclass(frozen=True, slots=True)
class ProviderCredentials:
    """The keys of a connection at the provider; hidden in `repr`."""

    api_id: str = field(repr=False)
    primary: str = field(repr=False)
    secondary: str | None = field(default=None, repr=False)

    def encrypt(self, cipher: Cipher) -> str:
        """The credentials as an encrypted JSON text, as they are stored."""
        fields = {"apiId": self.api_id, "primary": self.primary, "secondary": self.secondary}
        return cipher.encrypt(json.dumps(fields))

    @classmethod
    def decrypt(cls, cipher: Cipher, encrypted: str) -> Self:
        """The credentials of a stored text; WrongSecretKey if no secret can decrypt it."""
        fields = json.loads(cipher.decrypt(encrypted))
        return cls(fields["apiId"], fields["primary"], fields["secondary"])


def set_credentials(
    session: Session, organization_id: str, provider: str, encrypted: str
) -> Connection:
    """Set the credentials of an organization's own connection, which is inserted if new.

    Wakes the sync of its accounts. Posts without an account use this connection from now on.
    """
    connection = find_own_connection(session, organization_id, provider)
    if connection is None:
        connection = Connection(provider=provider, organization_id=organization_id)
    replace_credentials(session, connection, encrypted)
    return connection


def replace_credentials(session: Session, connection: Connection, encrypted: str) -> None:
    """Set the credentials of a connection, which is in use again; wakes the sync of its
    accounts."""
    now = clock.now(session)
    connection.credentials, connection.credentials_at = encrypted, now
    connection.session = connection.session_claimed_until = connection.disconnected_at = None
    connection.refused_at = connection.accounts_synced_at = None
    session.add(connection)
    session.flush()
    job_queue.ensure_due(
        session, JobKind.ACCOUNTS, connection.id, connection.organization_id or "", now
    )


def find_own_connection(session: Session, organization_id: str, provider: str) -> Connection | None:
    """The organization's own connection, even if its credentials were removed."""
    query = select(Connection).where(Connection.provider == provider)
    return session.exec(query.where(Connection.organization_id == organization_id)).first()


def remove_credentials(session: Session, connection: Connection) -> None:
    """Delete a connection's credentials. New posts use the environment's."""
    connection.credentials = connection.credentials_at = connection.refused_at = None
    connection.session = connection.session_claimed_until = None
    connection.disconnected_at = clock.now(session)
    session.add(connection)
    session.flush()
    job_queue.delete_for(session, JobKind.ACCOUNTS, connection.id)


def count_unfinished(session: Session, connection_id: str) -> int:
    """The number of unfinished posts that were accepted for the connection."""
    query = select(func.count(func.distinct(col(Delivery.post_id)))).where(
        Delivery.connection_id == connection_id,
        Delivery.post_id == Post.id,
        col(Post.status).not_in(SETTLED_POSTS),
    )
    return session.exec(query).one()


def count_unfinished_elsewhere(session: Session, organization_id: str, connection_id: str) -> int:
    """The number of the organization's unfinished posts that were accepted for another
    connection."""
    query = select(func.count(func.distinct(col(Delivery.post_id)))).where(
        Delivery.connection_id != connection_id,
        Delivery.post_id == Post.id,
        Post.organization_id == organization_id,
        col(Post.status).not_in(SETTLED_POSTS),
    )
    return session.exec(query).one()


def load_connection(session: Session, connection_id: str) -> Connection:
    """The row of a connection."""
    return session.get_one(Connection, connection_id)
