"""The reference pages are up to date with the code."""

import re
from pathlib import Path

import pytest

from cli import reference
from config.fields import SettingFields
from config.settings import PREFIX
from tests.paths import ROOT


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """What the generator writes, without the SLOTBEAT_ variables of this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in SettingFields.model_fields:
            patch.delenv(f"{PREFIX}{name.upper()}", raising=False)
        return reference.render_pages()


def test_the_pages_are_up_to_date(texts: dict[str, str]) -> None:
    """Every page of docs/reference is what the generator writes, and there is no other."""
    old = reference.find_outdated(texts)
    assert not old, f"docs/reference/: {', '.join(old)} differ from the code; run: make reference"
    assert sorted(texts) == sorted(path.name for path in reference.FOLDER.glob("*.md"))


def test_a_change_is_noticed(texts: dict[str, str], tmp_path: Path) -> None:
    """A page that somebody edited, or that is not there, is renewed; the others are left alone."""
    assert sorted(reference.write_outdated(texts, tmp_path)) == sorted(texts)
    page = tmp_path / "cli.md"
    page.write_text(page.read_text().replace("slotbeat up", "slotbeat on"))
    (tmp_path / "http.md").unlink()
    assert sorted(reference.write_outdated(texts, tmp_path)) == ["cli.md", "http.md"]
    assert reference.find_outdated(texts, tmp_path) == []


def test_every_setting_can_be_filled_in() -> None:
    """Each setting is in .env.example, commented out or not, and no other does."""
    text = (ROOT / ".env.example").read_text()
    found = set(re.findall(rf"^(?:# )?{PREFIX}(\w+)=", text, re.MULTILINE))
    # What compose sets itself: inside its network there is one right value.
    by_compose = {"DATABASE_URL", "BROKER_URL"}
    assert found | by_compose == {name.upper() for name in SettingFields.model_fields}


def test_every_setting_explains_itself() -> None:
    """A meaning, a unit, and no default of a secret that is one."""
    for name, field in SettingFields.model_fields.items():
        more = field.json_schema_extra
        assert isinstance(more, dict), name
        assert field.description, name
        assert more["unit"], name
