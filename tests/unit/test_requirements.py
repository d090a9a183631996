"""What `make lock` writes is enough to install from, and says nothing of where it was made."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "requirements"
PIN = re.compile(r"[a-z0-9._-]+==[\w.!+]+( ; [\w.<>=!' ()]+)?")
HASHES = re.compile(r"(\s+--hash=sha256:[0-9a-f]{64})+")


def pins(name: str) -> dict[str, str]:
    """The hashes of each pin, which includes its environment marker where it has one."""
    text = (FOLDER / f"{name}.txt").read_text().replace("\\\n", "")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found = [line.partition(" --hash=") for line in lines]
    return {pin.strip(): space + hashes for pin, space, hashes in found}


@pytest.mark.parametrize("name", ["runtime", "dev", "pip", "uv"])
def test_each_line_is_an_exact_version_with_hashes(name: str) -> None:
    """Nothing is left open, and no address of a package index stands there."""
    found = pins(name)
    assert found
    for pin, hashes in found.items():
        assert PIN.fullmatch(pin)
        assert HASHES.fullmatch(hashes)


def test_what_runs_is_what_was_tested() -> None:
    """The runtime's pins are among those of development; both hold what builds the project."""
    runtime, dev = pins("runtime"), pins("dev")
    assert runtime.items() <= dev.items()
    assert any(pin.startswith("setuptools==") for pin in runtime)
