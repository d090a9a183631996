"""Provider credentials of organizations: stored encrypted in workspaces, decrypted by workers."""

import json
from dataclasses import dataclass, field
from typing import Self

from sqlmodel import Session, col, func, select

from models.accounts import Workspace
from models.encryption import Cipher
from models.posts import Post
from models.statuses import SETTLED_POSTS
from models.store import clock
from models.store.jobs import job_queue
from models.task_names import JobKind


@dataclass(frozen=True, slots=True)
class ProviderCredentials:
    """The keys of a workspace at the provider; hidden in `repr`."""

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
) -> Workspace:
    """Set the credentials of an organization's own workspace, which is inserted if new.

    Wakes the sync of its accounts. Posts that are accepted from now on use this workspace.
    """
    workspace = find_own_workspace(session, organization_id, provider)
    if workspace is None:
        workspace = Workspace(provider=provider, organization_id=organization_id)
    now = clock.now(session)
    workspace.credentials, workspace.credentials_at = encrypted, now
    workspace.refused_at = workspace.accounts_synced_at = None
    session.add(workspace)
    session.flush()
    job_queue.ensure_due(session, JobKind.ACCOUNTS, workspace.id, now)
    return workspace


def find_own_workspace(session: Session, organization_id: str, provider: str) -> Workspace | None:
    """The organization's own workspace, even if its credentials were removed."""
    query = select(Workspace).where(Workspace.provider == provider)
    return session.exec(query.where(Workspace.organization_id == organization_id)).first()


def remove_credentials(session: Session, workspace: Workspace) -> None:
    """Delete a workspace's credentials. Posts accepted from now on use the environment's."""
    workspace.credentials = workspace.credentials_at = workspace.refused_at = None
    session.add(workspace)
    session.flush()
    job_queue.delete_for(session, JobKind.ACCOUNTS, workspace.id)


def count_unfinished(session: Session, workspace_id: str) -> int:
    """The number of unfinished posts of the workspace."""
    query = select(func.count()).where(
        Post.workspace_id == workspace_id, col(Post.status).not_in(SETTLED_POSTS)
    )
    return session.exec(query).one()


def count_unfinished_elsewhere(session: Session, organization_id: str, workspace_id: str) -> int:
    """The number of the organization's unfinished posts that belong to another workspace."""
    query = select(func.count()).where(
        Post.organization_id == organization_id,
        Post.workspace_id != workspace_id,
        col(Post.status).not_in(SETTLED_POSTS),
    )
    return session.exec(query).one()


def load_encrypted(session: Session, workspace_id: str) -> tuple[str | None, str | None]:
    """A workspace's organization (None: the environment's) and its encrypted credentials."""
    query = select(Workspace.organization_id, Workspace.credentials)
    return session.exec(query.where(Workspace.id == workspace_id)).one()
