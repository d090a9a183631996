"""How much may still be written to a disk."""

import shutil
from pathlib import Path

import pytest

from media.disk_space import room_in


def test_the_reserve_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The room is what is free without the reserve; negative below it; a folder may be missing."""
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000)
    monkeypatch.setattr(shutil, "disk_usage", {tmp_path: usage}.__getitem__)
    assert [room_in(tmp_path / "not" / "yet", reserve) for reserve in (400, 1_500)] == [600, -500]
