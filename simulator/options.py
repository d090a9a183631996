"""The options of a simulator, their command-line flags, and their validation."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulator.faults import KINDS, RANDOM_KINDS
from simulator.list_shapes import DEFAULT_SHAPE, SHAPES


class BadOption(ValueError):
    """An option with an impossible value; the message names it."""


@dataclass(frozen=True)
class Options:
    """All options of a simulator; durations are seconds.

    `port` 0 takes a free one. `state` is the SQLite file (None: in memory).
    `media` is a folder to serve under `/media/`. `faults` is the share of calls that fail at
    random, `fault_kinds` the kinds of these faults, and `faults_in_a_row` the most that one call on
    one subject gets. `legacy_answers`: the provider's documents name two forms of some answers;
    this chooses the second (`mediaId`, `success: true`).
    `list_shape` says how lists are paged (`simulator.list_shapes`), `page_size` by how many.
    `keys` are groups of API keys, each group of one workspace; any other key has its own.
    """

    host: str = "127.0.0.1"
    port: int = 0
    state: Path | None = None
    media: Path | None = None
    faults: float = 0.0
    fault_kinds: tuple[str, ...] = RANDOM_KINDS
    faults_in_a_row: int = 3
    seed: int = 7
    processing: float = 0.2
    publishing: float = 0.2
    upload_ttl: float = 900.0
    confirm_ttl: float = 900.0
    hang: float = 30.0
    legacy_answers: bool = False
    list_shape: str = DEFAULT_SHAPE
    page_size: int = 50
    keys: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        """Raise BadOption for an impossible value."""
        if not 0 <= self.faults <= 1:
            raise BadOption("faults must be between 0 and 1")
        if self.faults_in_a_row < 0:
            raise BadOption("faults_in_a_row must not be negative")
        for kind in self.fault_kinds:
            if kind not in KINDS:
                raise BadOption(f"fault_kinds: {kind} is none of {', '.join(KINDS)}")
        for name in _DURATIONS:
            if getattr(self, name) < 0:
                raise BadOption(f"{name} must not be negative")
        self._check_lists()
        self._check_paths()

    def _check_lists(self) -> None:
        if self.list_shape not in SHAPES:
            raise BadOption(f"list_shape: {self.list_shape} is none of {', '.join(SHAPES)}")
        if self.page_size < 1:
            raise BadOption("page_size must be at least 1")

    def _check_paths(self) -> None:
        if self.state is not None and not self.state.parent.is_dir():
            raise BadOption(f"state: {self.state.parent} is not a folder")
        if self.media is not None and not self.media.is_dir():
            raise BadOption(f"media: {self.media} is not a folder")


_DURATIONS: Final = ("processing", "publishing", "upload_ttl", "confirm_ttl", "hang")


def parse_options(arguments: Sequence[str]) -> Options:
    """Read the command line; exits with a usage message, as argparse does, when it is wrong."""
    parser = _parser()
    flags = vars(parser.parse_args(arguments))
    # `is not None`: 0 is a value too.
    given = {name: value for name, value in flags.items() if value is not None}
    if "fault_kinds" in given:
        given["fault_kinds"] = tuple(given["fault_kinds"].split(","))
    if "keys" in given:
        given["keys"] = tuple(tuple(group.split(",")) for group in given["keys"])
    try:
        return Options(**given)
    except BadOption as error:
        parser.error(str(error))


def _parser() -> argparse.ArgumentParser:
    # No defaults here: they are those of the dataclass.
    parser = argparse.ArgumentParser(prog="python -m simulator", argument_default=None)
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--host")
    parser.add_argument("--state", type=Path, help="SQLite file; without it nothing is kept")
    parser.add_argument("--media", type=Path, help="folder served under /media/")
    parser.add_argument("--faults", type=float, help="share of calls that fail, 0 to 1")
    parser.add_argument("--fault-kinds", help="comma separated")
    parser.add_argument("--faults-in-a-row", type=int, help="most for one call and subject")
    parser.add_argument("--seed", type=int, help="of the random faults")
    parser.add_argument("--processing", type=float, help="seconds from confirm to SUCCESS")
    parser.add_argument("--publishing", type=float, help="seconds a post stays PUBLISHING")
    parser.add_argument("--upload-ttl", type=float, help="seconds an upload URL is good for")
    parser.add_argument("--confirm-ttl", type=float, help="seconds until unconfirmed media goes")
    parser.add_argument("--hang", type=float, help="seconds a hanging call stays silent")
    parser.add_argument("--legacy-answers", action="store_true", help="mediaId, success: true")
    parser.add_argument("--list-shape", help=f"how lists are paged: {', '.join(SHAPES)}")
    parser.add_argument("--page-size", type=int, help="items on one page of a list")
    parser.add_argument("--keys", action="append", help="K1,K2: keys of one workspace")
    return parser
