"""The calls under `/xrpc/`: name (NSID) → method and handler."""

from collections.abc import Mapping
from typing import Final

from simulator.bluesky.routes import (
    identity_routes,
    moderation_routes,
    repo_read_routes,
    repo_write_routes,
    session_routes,
)
from simulator.bluesky.state import CallHandler

_QUERIES: Final[Mapping[str, CallHandler]] = {
    "server.describeServer": session_routes.describe_server,
    "server.getSession": session_routes.get_session,
    "repo.getRecord": repo_read_routes.get_record,
    "repo.listRecords": repo_read_routes.list_records,
    "sync.getBlob": repo_read_routes.get_blob,
    "sync.getLatestCommit": repo_read_routes.get_latest_commit,
    "identity.resolveHandle": identity_routes.resolve_handle,
}

_PROCEDURES: Final[Mapping[str, CallHandler]] = {
    "server.createAccount": session_routes.create_account,
    "server.createSession": session_routes.create_session,
    "server.refreshSession": session_routes.refresh_session,
    "server.deleteSession": session_routes.delete_session,
    "server.createAppPassword": session_routes.create_app_password,
    "server.revokeAppPassword": session_routes.revoke_app_password,
    "server.deactivateAccount": session_routes.deactivate_account,
    "server.activateAccount": session_routes.activate_account,
    "repo.createRecord": repo_write_routes.create_record,
    "repo.putRecord": repo_write_routes.put_record,
    "repo.deleteRecord": repo_write_routes.delete_record,
    "repo.applyWrites": repo_write_routes.apply_writes,
    "repo.uploadBlob": repo_read_routes.upload_blob,
    "admin.updateSubjectStatus": moderation_routes.update_subject_status,
}

ROUTES: Final[Mapping[str, tuple[str, CallHandler]]] = {
    f"com.atproto.{name}": (method, handler)
    for method, calls in (("GET", _QUERIES), ("POST", _PROCEDURES))
    for name, handler in calls.items()
}
