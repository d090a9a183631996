"""A post on each of its accounts: its state in words, its link, its reason. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from models.statuses import DeliveryStatus, PostStatus
from services.posts.progress import ProgressState

_D, _P, _S = DeliveryStatus, PostStatus, ProgressState
# The words and the tone of what is over, or goes on.
STATES: Final[Mapping[str, tuple[str, str, str]]] = {
    _D.PUBLISHING: ("Going out", "arrow", "waiting"),
    _D.PUBLISHED: ("Published", "check", "ok"),
    _D.FAILED: ("Failed", "cross", "failed"),
    _D.UNKNOWN: ("Nobody knows whether it went out", "question", "attention"),
    _D.CANCELLED: ("Not published", "dash", "quiet"),
}
# Before it goes out, the post's own status says more.
ENDED_BEFORE: Final[Mapping[str, tuple[str, str, str]]] = {
    _P.FAILED: STATES[_D.FAILED],
    _P.MISSED: ("Missed its time", "bell", "failed"),
}
WAITING: Final[Mapping[str, str]] = {
    _P.DRAFT: "A draft",
    _P.PENDING_APPROVAL: "Waits for approval",
    _P.CHANGES_REQUESTED: "Waits for changes",
    _P.BACKLOG: "Waits for a free slot",
    _P.SCHEDULED: "Waits for its time",
    _P.CANCELLING: "Is being taken off",
}
DOING: Final[Mapping[str, str]] = {
    _S.PREPARING: "Sending its files",
    _S.PUBLISHING: "Going out",
    _S.UPDATING: "Is being updated",
    _S.REMOVING: "Is being taken off",
    _S.RETRYING: "Trying again",
    _S.CHECKING: "Asking whether it went out",
    _S.WAITING_FOR_NETWORK: "Waits: the network is away",
    _S.WAITING_FOR_ACCOUNT: "Waits: its account cannot be used",
}


@dataclass(frozen=True, slots=True)
class AccountRow:
    """`name`: of the account, empty where it is not settled yet. `is_held`: the account must be
    connected again. `stage`: what the provider calls the state."""

    platform: str
    name: str
    state: str
    icon: str
    tone: str
    link: str | None
    reason: str | None
    not_carried: tuple[str, ...]
    stage: str | None
    is_held: bool


def account_rows(post: Mapping[str, Any], names: Mapping[str, str]) -> list[AccountRow]:
    """A row for each account of a post, as the API shows it; `names`: of accounts, by id."""
    doing = {
        (each["platform"], each["accountId"]): each["state"] for each in post.get("progress", ())
    }
    return [
        _row(each, post["status"], doing.get((each["platform"], each["accountId"])), names)
        for each in post["providerPlatforms"]
    ]


def _row(
    each: Mapping[str, Any], status: str, doing: str | None, names: Mapping[str, str]
) -> AccountRow:
    words, icon, tone = _state(each, status, doing)
    link = each["link"] or ""
    carried: Sequence[str] = each["notCarried"]
    return AccountRow(
        platform=each["platform"],
        name=names.get(each["accountId"] or "", ""),
        state=words,
        icon=icon,
        tone=tone,
        link=link if link.startswith(("https://", "http://")) else None,
        reason=each["error"],
        not_carried=tuple(carried),
        stage=each["stage"],
        is_held=doing == _S.WAITING_FOR_ACCOUNT,
    )


def _state(each: Mapping[str, Any], status: str, doing: str | None) -> tuple[str, str, str]:
    if doing is not None and doing in DOING:
        return DOING[doing], "hourglass", "waiting"
    if each.get("isRemoved"):
        return DOING[_S.REMOVING], "dash", "quiet"
    found = STATES.get(each["status"]) or ENDED_BEFORE.get(status)
    return found or (WAITING.get(status, "Not published"), "clock", "quiet")
