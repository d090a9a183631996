"""Our top-level packages have plain names; they must be ours, and from this checkout."""

import importlib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.paths import ROOT

OURS = (
    "api", "cli", "config", "media", "models", "provider", "scheduler", "services", "simulator",
    "ui", "worker",
)  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_no_other_distribution_brings_a_package_of_this_name(name: str) -> None:
    """PyPI has a `scheduler` and a `worker` of other people: none of them is installed here."""
    # An editable install lists its packages more than once, hence the set.
    assert set(packages_distributions().get(name, [])) == {"slotbeat"}


@pytest.mark.parametrize("name", OURS)
def test_what_is_imported_is_this_checkout(name: str) -> None:
    """The code under test is the code beside the tests."""
    origin = importlib.import_module(name).__file__
    assert origin is not None
    assert Path(origin) == ROOT / name / "__init__.py"
