"""Names of time zones as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.recurrence.timezones import NO_ZONE, UnknownZone, find_zone, load_zone, zone_names

NAMES = st.sampled_from(sorted(zone_names() - {NO_ZONE}))
BLANKS = st.sampled_from([" ", "\n", "\t", "\r\n", "\N{NO-BREAK SPACE}"])


@given(NAMES, st.randoms())
def test_a_zone_is_found_in_any_case(name: str, random: object) -> None:
    """Capitals do not matter; the zone database's own spelling comes back."""
    choose = random.choice  # type: ignore[attr-defined]
    written = "".join(choose((char.lower(), char.upper())) for char in name)
    assert find_zone(written) == name
    assert load_zone(find_zone(written)).key == name


@given(NAMES, BLANKS, st.integers(0, 60))
def test_a_name_with_a_blank_is_refused(name: str, blank: str, at: int) -> None:
    """A blank belongs to no name, wherever it stands, a line break included."""
    with pytest.raises(UnknownZone, match="is not an IANA time zone"):
        find_zone(name[:at] + blank + name[at:])


@pytest.mark.parametrize("text", ["Factory", "factory", "localtime", "posixrules", "", "../UTC"])
def test_what_names_no_zone_is_refused_with_examples(text: str) -> None:
    """The mark of an unset machine, a link of a system, an empty name and a path are no zones."""
    with pytest.raises(UnknownZone, match="write one such as 'America/New_York' or 'UTC'"):
        find_zone(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (" Europe/Berlin", "Europe/Berlin"),
        ("Europe/Berlin\n", "Europe/Berlin"),
        (" utc", "UTC"),
        ("America/New York", "America/New_York"),
        ("new york", "America/New_York"),
        ("Berlin", "Europe/Berlin"),
        ("Europe/Berln", "Europe/Berlin"),
        ("Eastern Standard Time", "America/New_York"),
        ("w. europe standard  time", "Europe/Berlin"),
    ],
)
def test_a_near_name_is_refused_with_the_right_one(text: str, meant: str) -> None:
    """A blank too many, a city, a typing error and a name of Windows lead to the IANA name."""
    with pytest.raises(UnknownZone, match=f"did you mean '{meant}'"):
        find_zone(text)


@pytest.mark.parametrize("text", ["GMT+2", "UTC-5", "CEST", "EST (UTC-5)", "x" * 5_000])
def test_an_offset_is_not_guessed(text: str) -> None:
    """Etc/GMT+2 lies west of Greenwich: no such name is offered for an offset or an abbreviation;
    and a long text is not repeated in full."""
    with pytest.raises(UnknownZone) as caught:
        find_zone(text)
    assert "did you mean" not in str(caught.value)
    assert len(str(caught.value)) < 200
