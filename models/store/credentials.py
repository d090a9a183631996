"""Provider credentials of organizations: encrypted in their workspaces, read by the workers."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from models.organizations import Workspace
from models.posts import Post
from models.statuses import SETTLED_POSTS
from models.store import clock, jobs
from models.store.posts import WORKSPACE
from models.task_names import JobKind
from models.vault import Vault


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens a workspace; never shown, not even by `repr`."""

    api_id: str = field(repr=False)
    primary: str = field(repr=False)
    secondary: str | None = field(default=None, repr=False)

    def sealed(self, vault: Vault) -> str:
        """As they are stored."""
        kept = {"apiId": self.api_id, "primary": self.primary, "secondary": self.secondary}
        return vault.encrypt(json.dumps(kept))

    @classmethod
    def opened(cls, vault: Vault, sealed: str) -> Self:
        """From what is stored; WrongSecretKey when the secret has changed."""
        kept = json.loads(vault.decrypt(sealed))
        return cls(kept["apiId"], kept["primary"], kept["secondary"])


def put(session: Session, organization_id: str, provider: str, sealed: str) -> Workspace:
    """Give an organization's own workspace (made if new) these credentials; its accounts are read
    soon. Posts accepted from now on use it."""
    workspace = own(session, organization_id, provider)
    if workspace is None:
        workspace = Workspace(provider=provider, organization_id=organization_id)
    now = clock.now(session)
    workspace.credentials, workspace.credentials_at = sealed, now
    workspace.refused_at = workspace.accounts_synced_at = None
    session.add(workspace)
    session.flush()
    jobs.summon(session, JobKind.ACCOUNTS, workspace.id, now)
    return workspace


def own(session: Session, organization_id: str, provider: str) -> Workspace | None:
    """The organization's own workspace, also one whose credentials were removed."""
    query = select(Workspace).where(Workspace.provider == provider)
    return session.exec(query.where(Workspace.organization_id == organization_id)).first()


def take_away(session: Session, workspace: Workspace) -> None:
    """Forget a workspace's credentials. Posts accepted from now on use the environment's."""
    workspace.credentials = workspace.credentials_at = workspace.refused_at = None
    session.add(workspace)
    session.flush()
    jobs.forget(session, JobKind.ACCOUNTS, workspace.id)


def unfinished(session: Session, workspace_id: str) -> int:
    """How many posts of the workspace have not ended."""
    query = select(func.count()).where(
        Post.workspace_id == workspace_id, col(Post.status).not_in(SETTLED_POSTS)
    )
    return session.exec(query).one()


def unfinished_elsewhere(session: Session, organization_id: str, workspace_id: str) -> int:
    """How many of the organization's posts have not ended and belong to another workspace."""
    query = select(func.count()).where(
        Post.organization_id == organization_id,
        Post.workspace_id != workspace_id,
        col(Post.status).not_in(SETTLED_POSTS),
    )
    return session.exec(query).one()


def sealed_of(session: Session, workspace_id: str) -> tuple[str | None, str | None]:
    """A workspace's organization (None: the environment's) and its encrypted credentials."""
    query = select(Workspace.organization_id, Workspace.credentials)
    return session.exec(query.where(Workspace.id == workspace_id)).one()


def note_refusal(session: Session, workspace_id: str, now: datetime) -> None:
    """Leave a sign for people that the provider refuses the keys; the first instant stays."""
    session.connection().execute(
        update(WORKSPACE)
        .where(WORKSPACE.c.id == workspace_id, WORKSPACE.c.refused_at.is_(None))
        .values(refused_at=now)
    )


def workspaces(session: Session) -> list[Workspace]:
    """All workspaces, the oldest first."""
    return list(session.exec(select(Workspace).order_by(col(Workspace.id))))
