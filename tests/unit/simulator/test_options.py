"""The command line, and the options that are errors at the start."""

from pathlib import Path
from typing import Any

import pytest

from simulator.options import BadOption, Options, parse_options


def test_every_flag_reaches_its_option(tmp_path: Path) -> None:
    """The documented flags, zeros included."""
    line = (
        f"--port 8900 --host 0.0.0.0 --state {tmp_path}/s.sqlite --media {tmp_path} --faults 0.1"
        " --fault-kinds hang,lost_answer --faults-in-a-row 2 --seed 0 --processing 0"
        " --publishing 0.5 --upload-ttl 60 --confirm-ttl 61 --hang 2 --legacy-answers"
    )
    assert parse_options(line.split()) == Options(
        port=8900,
        host="0.0.0.0",  # noqa: S104 (only compared)
        state=tmp_path / "s.sqlite",
        media=tmp_path,
        faults=0.1,
        fault_kinds=("hang", "lost_answer"),
        faults_in_a_row=2,
        seed=0,
        processing=0,
        publishing=0.5,
        upload_ttl=60,
        confirm_ttl=61,
        hang=2,
        legacy_answers=True,
    )


def test_flags_that_are_not_given_keep_the_defaults() -> None:
    """The defaults are those of the dataclass."""
    assert parse_options(["--port", "0"]) == Options()


@pytest.mark.parametrize(
    "setting",
    [
        {"faults": 1.5},
        {"faults_in_a_row": -1},
        {"fault_kinds": ("gremlins",)},
        {"processing": -1},
        {"media": Path("/nowhere/at/all")},
        {"state": Path("/nowhere/at/all.sqlite")},
    ],
)
def test_bad_settings_are_refused_by_name(setting: dict[str, Any]) -> None:
    """The message names the impossible option."""
    with pytest.raises(BadOption, match=next(iter(setting))):
        Options(**setting)


def test_a_bad_flag_ends_the_process_with_a_usage_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit status 2, as every command line tool does."""
    with pytest.raises(SystemExit) as ended:
        parse_options(["--port", "0", "--faults", "2"])
    assert ended.value.code == 2
    assert "faults must be between 0 and 1" in capsys.readouterr().err
