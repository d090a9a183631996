"""The pages of long runs."""

import subprocess
from pathlib import Path

from tests.faults.proof_page import describe_commit, write_proof_page


def _git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_changed_file_is_told_beside_the_commit(tmp_path: Path) -> None:
    """A run of code that no commit holds says so: nobody could repeat it from the commit alone."""
    _git(tmp_path, "init")
    (tmp_path / "code.py").write_text("1")
    _git(tmp_path, "add", "code.py")
    _git(tmp_path, "commit", "-m", "first")
    clean = describe_commit(tmp_path)
    (tmp_path / "code.py").write_text("2")
    assert describe_commit(tmp_path) == f"{clean}, with 1 changed files"


def test_a_page_holds_what_repeats_the_run(tmp_path: Path) -> None:
    """Command, commit, machine and the run's own output stand on the page."""
    path = tmp_path / "proof" / "run.md"
    write_proof_page(path, "A run", "make run SEED=7", [("Count", "doubled 0\n")], {"Redis": "8.0"})
    text = path.read_text()
    assert text.startswith("# A run\n")
    for part in ("`make run SEED=7`", "cores (", "Redis 8.0", "## Count\n\n```\ndoubled 0\n```"):
        assert part in text
