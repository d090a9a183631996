"""Which time zone a name probably means: a city, a name of Windows, or a typing error. Pure."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

from tzlocal.windows_tz import win_tz

# A longer text is no misspelled name, and the search would be slow.
MAX_NAME = 64


def suggest_zone(text: str, names: Mapping[str, str]) -> str | None:
    """The zone that a text probably means; None where nothing is near. `names`: every zone by its
    name in lower case."""
    if len(text) > MAX_NAME:
        return None
    words = text.lower().split()
    wanted, windows_name = "_".join(words), _names_by_windows_name().get(" ".join(words))
    return names.get(wanted) or names.get(windows_name or "") or _nearest_place(wanted, names)


def _nearest_place(wanted: str, names: Mapping[str, str]) -> str | None:
    """Only places are guessed: Etc/GMT+2 lies two hours west, where "GMT+2" mostly means east."""
    places = [name for name in sorted(names) if "/" in name and not name.startswith("etc/")]
    by_city = {name.rpartition("/")[2]: name for name in places}
    near = get_close_matches(wanted, places, n=1, cutoff=0.8)
    return names.get(by_city.get(wanted) or (near[0] if near else ""))


@cache
def _names_by_windows_name() -> dict[str, str]:
    """Windows' names, from Unicode's table in the package tzlocal, both in lower case."""
    return {windows.lower(): name.lower() for windows, name in win_tz.items()}
