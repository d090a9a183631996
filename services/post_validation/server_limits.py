"""The limits of a network where its servers differ: those of the accounts' own. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from services.post_validation.network_limits import NetworkLimits, TextLimit
from services.post_validation.text_length import MASTODON_LINK, count_for_mastodon

# By name, as the account sync stores them: `characters`, `url_length` and `files`.
ServerLimits = Mapping[str, int]


def limits_at(network: NetworkLimits, servers: Sequence[ServerLimits]) -> NetworkLimits:
    """The network's limits, with what all of these servers take in their place."""
    if not servers:
        return network
    most = min(each.get("characters", network.caption.maximum) for each in servers)
    link = max(each.get("url_length", MASTODON_LINK) for each in servers)
    rule = f"a link counts {link}, a mention without its server"
    unit = f"characters on the account's server ({rule})"
    caption = TextLimit(most, partial(count_for_mastodon, link=link), unit)
    files = [each["files"] for each in servers if "files" in each]
    return replace(network, caption=caption, photos=min(files, default=network.photos))
