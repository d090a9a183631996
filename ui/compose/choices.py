"""What the composer offers: accounts, options, the next free slot, labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.accounts import Connection
from models.store import clock
from models.store.tenants import accounts, connections, social_settings
from models.store.tenants.accounts import LinkedAccount
from scheduler.seating.free_seats import next_free_slots
from services.context import AppContext
from services.inputs.field_types import PLATFORMS
from services.post_validation.carried_fields import offered_fields
from services.posts.post_labels import list_known_labels
from ui.calendar.post_card import platform_name


@dataclass(frozen=True, slots=True)
class AccountChip:
    """One account to tick. `field`, `value`: of its checkbox: the network where it has no other
    account. `label`: what names the account beside its network."""

    platform: str
    network: str
    label: str
    field: str
    value: str
    is_default: bool
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class FormChoices:
    """What the form offers. `options`: platform fields by network. `defaults`: networks.
    `needs_approval`: whether a post waits for a person first. `unconnected`: networks without an
    account."""

    chips: list[AccountChip]
    unconnected: list[AccountChip]
    options: dict[str, list[str]]
    next_slot: datetime | None
    now: datetime
    is_paused: bool
    defaults: list[str]
    needs_approval: bool
    labels: list[str]

    @property
    def account_names(self) -> dict[str, str]:
        """Accounts that have a version of their own: those of networks with several, by id."""
        named = [each for each in self.chips if each.field == "accountIds"]
        return {each.value: f"{each.network} {each.label}" for each in named}

    @property
    def platform_of(self) -> dict[str, str]:
        """The network of each of these accounts."""
        return {each.value: each.platform for each in self.chips if each.field == "accountIds"}

    def chip_for(self, platform: str, account_id: str | None) -> tuple[str, str]:
        """The form field and the value that stand for a target: an account, or the default one of
        a network."""
        own = [each for each in self.chips if each.platform == platform]
        for each in own:
            if each.account_id == account_id or (account_id is None and each.is_default):
                return each.field, each.value
        return ("accountIds", account_id) if account_id else ("platforms", platform)


def load_choices(context: AppContext, organization_id: str) -> FormChoices:
    """Read them, as they are now."""
    with context.database.read() as session:
        row, now = social_settings.read_settings(session, organization_id), clock.now(session)
        free = next_free_slots(session, row, now, context.scheduling, 1)
        used = connections.list_used(session, organization_id)
        links = accounts.list_linked(session, organization_id)
        labels = [str(each["label"]) for each in list_known_labels(session, organization_id)]
    chips = _chips(links)
    known = {each.platform for each in chips}
    return FormChoices(
        chips,
        [_network_chip(each) for each in PLATFORMS if each not in known],
        _offered(context, links, used),
        free[0] if free else None,
        now,
        row.is_paused,
        row.default_platforms,
        row.approve_api_posts,
        labels,
    )


def _chips(links: Sequence[LinkedAccount]) -> list[AccountChip]:
    chips = []
    for platform in PLATFORMS:
        own = [each for each in links if each.account.platform == platform]
        for link in own:
            is_alone = len(own) == 1
            field, value = ("platforms", platform) if is_alone else ("accountIds", link.account.id)
            label = link.account.name or link.account.username or link.account.id
            chip = AccountChip(
                platform,
                platform_name(platform),
                label,
                field,
                value,
                link.is_default,
                link.account.id,
            )
            chips.append(chip)
    return chips


def _network_chip(platform: str) -> AccountChip:
    return AccountChip(platform, platform_name(platform), "", "platforms", platform, False)


def _offered(
    context: AppContext, links: Sequence[LinkedAccount], used: Sequence[Connection]
) -> dict[str, list[str]]:
    """The platform fields of each network that the providers of its accounts carry; of all used
    providers where it has no account yet."""
    providers = {each.id: each.provider for each in used}
    every = offered_fields(providers.values() or [context.provider])
    of_network: dict[str, set[str]] = {}
    for link in links:
        name = providers.get(link.account.connection_id, context.provider)
        of_network.setdefault(link.account.platform, set()).add(name)
    return every | {
        platform: offered_fields(names).get(platform, []) for platform, names in of_network.items()
    }
