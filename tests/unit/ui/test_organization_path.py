"""The organization in the addresses of pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.paths import without_organization
from models.ids import new_id
from ui.organization_path import names_organization, organization_base


@given(name=st.text(max_size=80), other=st.text(max_size=80))
def test_an_address_names_its_organization_whatever_its_name(name: str, other: str) -> None:
    """It names this organization also after a new name, and no other one; what follows it is the
    page."""
    mine, theirs = new_id(), new_id()
    base = organization_base(mine, name)
    handle = base.removeprefix("/o/")
    assert base.isascii()
    assert "/" not in handle
    assert names_organization(handle, mine)
    assert names_organization(organization_base(mine, other).removeprefix("/o/"), mine)
    assert not names_organization(handle, theirs)
    assert without_organization(f"{base}/rules") == "/rules"


@pytest.mark.parametrize(
    ("name", "start"),
    [("Lantern & Loaf", "/o/lantern-loaf-"), ("Brüder Café", "/o/bruder-cafe-"), ("花", "/o/")],
)
def test_an_address_says_the_name_to_people(name: str, start: str) -> None:
    """In the letters that every address can have; a name without any leaves the digits alone."""
    digits = new_id()
    assert organization_base(digits, name) == f"{start}{digits[-12:]}"


@pytest.mark.parametrize("path", ["/rules", "/api/o/x/rules", "/o/x", "/", "/other/o/x/rules"])
def test_a_path_without_an_organization_is_itself(path: str) -> None:
    """Only pages of an organization lose their beginning."""
    assert without_organization(path) == path
