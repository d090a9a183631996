"""An organization that connects accounts of the test network, with the rows that come of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from models.accounts import Account, Connection
from models.database import Database
from models.posts import Post
from models.store import clock
from models.store.posts import snapshots
from models.store.tenants import accounts, connections, organizations
from models.tables import CONNECTION, DELIVERY, JOB
from models.task_names import JobKind
from services.connecting.connect import connect_account
from services.connecting.connector import Connector
from services.connecting.disconnect import disconnect_account
from services.connecting.store_connection import ConnectedAccounts
from services.context import AppContext
from services.inputs.post_bodies import PublishBody
from services.posts.publish import accept_post
from tests.service_context import build_test_context
from tests.testnet import ENTERED, NAME, PLATFORM, Testnet


@dataclass(slots=True)
class ConnectingOrganization:
    """An organization on a database, with a test network of its own."""

    database: Database
    network: Testnet = field(default_factory=Testnet)
    allow_private: bool = True
    deadline: float = 20
    id: str = ""
    context: AppContext = field(init=False)

    def __post_init__(self) -> None:
        providers = {NAME: self.network.provider_type()}
        connector = Connector(providers, allow_private=self.allow_private, deadline=self.deadline)
        self.context = build_test_context(self.database, connector=connector)
        with self.database.write() as session:
            self.id = organizations.create(session, "Acme", "simulator")[0].id

    def connect(self, **values: str) -> ConnectedAccounts:
        """Connect with these values instead of the right ones."""
        return asyncio.run(self.connecting(**values))

    async def connecting(self, **values: str) -> ConnectedAccounts:
        """The same, inside a running loop."""
        return await connect_account(self.context, self.id, PLATFORM, {**ENTERED, **values})

    def disconnect(self, account_id: str) -> None:
        """Disconnect an account."""
        disconnect_account(self.context, self.id, account_id)

    def connections(self) -> list[Connection]:
        """The organization's own connections."""
        with self.database.read() as session:
            listed = connections.list_connections(session)
        return [each for each in listed if each.organization_id == self.id]

    def accounts(self, connection_id: str) -> list[Account]:
        """The accounts of a connection."""
        with self.database.read() as session:
            return accounts.list_accounts(session, connection_id)

    def linked(self) -> list[str]:
        """The names of the accounts that posts can go to."""
        with self.database.read() as session:
            return [each.account.name for each in accounts.list_linked(session, self.id)]

    def publish(self, *account_ids: str) -> Post:
        """A text post for the network, or for these accounts; nothing is due."""
        body: Mapping[str, Any] = {
            "postType": "text",
            "caption": "Hello",
            "platforms": [PLATFORM],
            "accountIds": list(account_ids) or None,
            "publishMode": "schedule",
            "scheduledAt": datetime(2030, 5, 1, tzinfo=UTC).isoformat(),
        }
        with self.database.write() as session:
            post = accept_post(session, self.context, self.id, PublishBody(**body)).post
        self.put_to_sleep()
        return post

    def put_to_sleep(self) -> None:
        """No job is due."""
        with self.database.write() as session:
            session.connection().execute(update(JOB).values(wake_at=None))

    def is_awake(self, post: Post) -> bool:
        """Whether a post's job is due."""
        with self.database.read() as session:
            query = select(JOB.c.wake_at).where(
                JOB.c.kind == JobKind.POST, JOB.c.subject_id == post.id
            )
            return session.connection().execute(query).scalar_one() is not None

    def problem_of(self, post: Post) -> str | None:
        """Why a post's only delivery has to wait, as a worker reads it."""
        with self.database.read() as session:
            (delivery,) = snapshots._load_deliveries(session, [post.id])[post.id]
        return delivery.account_problem

    def refuse(self, connection_id: str) -> None:
        """Mark a connection as refused by the provider."""
        with self.database.write() as session:
            connections.record_refusal(session, connection_id, clock.now(session))

    def hold(self, post: Post) -> None:
        """Mark a post's deliveries as held."""
        with self.database.write() as session:
            session.connection().execute(
                update(DELIVERY).where(DELIVERY.c.post_id == post.id).values(is_held=True)
            )

    def stored_texts(self) -> str:
        """All rows of the connections, as texts."""
        with self.database.read() as session:
            return str(list(session.connection().execute(select(CONNECTION))))
