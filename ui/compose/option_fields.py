"""The form fields of platform fields: `option:youtubeTitle`, with the names that people know."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services.inputs.field_types import PLATFORMS
from services.post_validation.option_labels import OPTION_LABELS, Choices
from services.post_validation.platform_field_table import PLATFORM_FIELDS
from ui.calendar.post_card import platform_name
from ui.compose.compose_body import OPTION_PREFIX

# What an empty choice says.
UNSET = "As the network has it"


@dataclass(frozen=True, slots=True)
class OptionField:
    """What the form shows for one platform field. `is_carried`: it will be sent with the post as
    it is now."""

    key: str
    label: str
    choices: Choices
    example: str
    is_long: bool
    is_carried: bool

    @property
    def name(self) -> str:
        """The name of the form field."""
        return OPTION_PREFIX + self.key


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """The options of one network. `is_open`: something was chosen there, or is wrong."""

    platform: str
    name: str
    fields: list[OptionField]
    is_open: bool


def network_options(
    offered: Mapping[str, Collection[str]], carried: Collection[str], touched: Collection[str]
) -> list[NetworkOptions]:
    """The options of each network that has some. `offered`: the fields that will be sent in some
    post, by network. `touched`: form fields with a value or an error, which are always shown."""
    found = []
    for platform in PLATFORMS:
        fields = [
            _field(key, key in carried or OPTION_PREFIX + key in touched)
            for key, each in PLATFORM_FIELDS.items()
            if each.platform == platform
            and (key in offered.get(platform, ()) or OPTION_PREFIX + key in touched)
        ]
        if fields:
            is_open = any(each.name in touched for each in fields)
            found.append(NetworkOptions(platform, platform_name(platform), fields, is_open))
    return found


def _field(key: str, is_carried: bool) -> OptionField:
    shown = OPTION_LABELS[key]
    return OptionField(key, shown.label, shown.choices, shown.example, shown.is_long, is_carried)


def option_labels() -> dict[str, str]:
    """What each field is called beside others of its form, by its name."""
    return {
        OPTION_PREFIX + key: f"{each.label} ({platform_name(PLATFORM_FIELDS[key].platform)})"
        for key, each in OPTION_LABELS.items()
    }
