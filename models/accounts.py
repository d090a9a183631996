"""Connections (sets of credentials at a provider) and the accounts that they can post to."""

from datetime import datetime

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import utc_field
from models.ids import new_id


class Connection(SQLModel, table=True):
    """One set of credentials at one provider; without an organization, the environment's.

    An organization's credentials are stored encrypted, the environment's are not stored. The row
    stays when its credentials are removed, because old posts went through it.
    """

    id: str = Field(default_factory=new_id, primary_key=True)
    provider: str
    organization_id: str | None = Field(default=None, foreign_key="organization.id", index=True)
    # The server that the provider is reached at; null: the address that the environment sets.
    address: str | None = Field(default=None, sa_column=Column(Text))
    # Encrypted JSON; its form is the provider's: provider/credentials.py.
    credentials: str | None = Field(default=None, sa_column=Column(Text), repr=False)
    credentials_at: datetime | None = utc_field(default=None)
    # The session that all workers share, encrypted, where the provider has sessions.
    session: str | None = Field(default=None, sa_column=Column(Text), repr=False)
    # Until then one worker alone may begin a new session.
    session_claimed_until: datetime | None = utc_field(default=None)
    # Since when the provider rejects all keys; null while it accepts one.
    refused_at: datetime | None = utc_field(default=None)
    blocked_until: datetime | None = utc_field(default=None)
    accounts_synced_at: datetime | None = utc_field(default=None)
    # Since when it is no longer used for new posts: its credentials were removed, or the
    # environment names another provider.
    disconnected_at: datetime | None = utc_field(default=None)


class Account(SQLModel, table=True):
    """A profile at the provider that can be posted to."""

    __table_args__ = (UniqueConstraint("connection_id", "remote_id"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    connection_id: str = Field(foreign_key="connection.id", index=True)
    remote_id: str
    platform: str
    name: str
    username: str
    status_level: str
    is_default: bool = False
    # What its server takes, by name, where it is not the network's limit.
    limits: dict[str, int] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    # The provider no longer lists it. The row stays, because old posts belong to it.
    is_gone: bool = False


class DisconnectedAccount(SQLModel, table=True):
    """An account that one organization has disconnected. Other organizations of the connection can
    still use it, and no account sync removes this row."""

    __tablename__ = "disconnected_account"

    organization_id: str = Field(foreign_key="organization.id", primary_key=True)
    account_id: str = Field(foreign_key="account.id", primary_key=True)
    at: datetime = utc_field()
