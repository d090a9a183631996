"""The top-level packages, which have common names, come from this project and this checkout."""

import importlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.paths import ROOT

OURS = (
    "api", "cli", "config", "media", "models", "provider", "scheduler", "services", "simulator",
    "ui", "worker",
)  # fmt: skip


@cache
def distributions() -> Mapping[str, list[str]]:
    """The distributions of each top-level package; reading them takes a second."""
    return packages_distributions()


@pytest.mark.parametrize("name", OURS)
def test_no_other_distribution_has_a_package_of_this_name(name: str) -> None:
    """PyPI has other packages named `scheduler` and `worker`: none of them is installed."""
    # An editable install lists its packages more than once, hence the set.
    assert set(distributions().get(name, [])) == {"slotbeat"}


@pytest.mark.parametrize("name", OURS)
def test_the_imported_package_is_in_this_checkout(name: str) -> None:
    """The tested code is the code of this checkout."""
    origin = importlib.import_module(name).__file__
    assert origin is not None
    assert Path(origin) == ROOT / name / "__init__.py"
