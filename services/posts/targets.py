"""The deliveries of a post: to the accounts that it names, else to each platform's default one."""

from collections.abc import Sequence

from models.store.tenants.posting_accounts import PostingAccount
from services.errors import FieldError, ValidationFailed
from services.post_validation.whole_post import DeliveryTarget


def find_account(
    target: DeliveryTarget, accounts: Sequence[PostingAccount]
) -> PostingAccount | None:
    """The account that a delivery goes to, as things stand now; None if there is none yet."""
    for account in accounts:
        is_default = account.is_default and account.platform == target.platform
        if account.id == target.account_id or (target.account_id is None and is_default):
            return account
    return None


def named_accounts(
    accounts: Sequence[PostingAccount], ids: Sequence[str] | None
) -> list[PostingAccount]:
    """The accounts with these ids, each once; ValidationFailed names ids that the organization does
    not have. `accounts`: its own."""
    usable = {account.id: account for account in accounts}
    unknown = [
        FieldError(field=f"accountIds[{index}]", message=f"{id_!r} is no connected account")
        for index, id_ in enumerate(ids or ())
        if id_ not in usable
    ]
    if unknown:
        raise ValidationFailed(*unknown)
    return [usable[id_] for id_ in dict.fromkeys(ids or ())]


def providers_by_platform(
    accounts: Sequence[PostingAccount], chosen: Sequence[DeliveryTarget]
) -> dict[str, tuple[str, ...]]:
    """The providers that these deliveries will go through, each once."""
    found: dict[str, tuple[str, ...]] = {}
    for target in chosen:
        account = find_account(target, accounts)
        if account is not None:
            names = (*found.get(target.platform, ()), account.provider)
            found[target.platform] = tuple(dict.fromkeys(names))
    return found


def server_limits(
    accounts: Sequence[PostingAccount], chosen: Sequence[DeliveryTarget]
) -> dict[str, list[dict[str, int]]]:
    """The limits of the servers that these deliveries go to, by platform, where there are any."""
    found: dict[str, list[dict[str, int]]] = {}
    for target in chosen:
        account = find_account(target, accounts)
        if account is not None and account.limits is not None:
            found.setdefault(target.platform, []).append(account.limits)
    return found


def merge_platforms(chosen: Sequence[str] | None, found: Sequence[PostingAccount]) -> list[str]:
    """The platforms of a post, each once: the chosen ones, then those of its accounts."""
    return list(dict.fromkeys([*(chosen or ()), *(account.platform for account in found)]))


def build_targets(chosen: Sequence[str], found: Sequence[PostingAccount]) -> list[DeliveryTarget]:
    """One target for each named account, and one for each platform that has no named account."""
    named = [DeliveryTarget(account.platform, account.id) for account in found]
    covered = {account.platform for account in found}
    return [*(DeliveryTarget(name) for name in chosen if name not in covered), *named]
