"""`make model DEPTH=40`: search all interleavings of the protocol, with and without its fences.

    python -m tests.protocol_model.run_model --depth 40 [--losses 1 --faults 1 --acts 1]
        [--kinds swonkie,bluesky] [--proof docs/proof/model.md]

Exits with 1 if a promise is broken, or if a fence that is taken out breaks none.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.faults.proof_page import write_proof_page
from tests.protocol_model.fences import FENCES, MENDED, Fence
from tests.protocol_model.remote import KINDS
from tests.protocol_model.run_search import migrated_file, run_search
from tests.protocol_model.search import Found
from tests.protocol_model.state import Budget

TITLE = "The model: all interleavings of a post, a provider, two workers and a person"


def main() -> int:
    """Run all searches, print what they found, and return the exit code."""
    arguments = _parser().parse_args()
    sections, is_fine = [], True
    with migrated_file() as template:
        for heading, text, as_it_should_be in _run(template, arguments):
            print(f"== {heading}\n{text}\n", flush=True)  # noqa: T201
            sections.append((heading, text))
            is_fine = is_fine and as_it_should_be
    if arguments.proof is not None:
        write_proof_page(arguments.proof, TITLE, _command(arguments), sections)
    return 0 if is_fine else 1


def _run(template: Path, arguments: argparse.Namespace) -> Iterator[tuple[str, str, bool]]:
    """The heading, the text and whether it is as it should be, of each search."""
    budget = Budget(arguments.losses, arguments.faults, arguments.acts)
    for kind in arguments.kinds.split(","):
        found = run_search(template, kind, budget, arguments.depth)
        yield f"{kind}: every fence in", describe(found, budget), found.broken is None
    for fence in (*FENCES, *MENDED):
        yield f"Without the fence “{fence.name}” ({fence.kind})", *_without(template, fence)


def _without(template: Path, fence: Fence) -> tuple[str, bool]:
    """The search without a fence and the same one with it, and whether only the first one breaks
    what it should."""
    search = (fence.kind, fence.budget, fence.depth, fence.acts)
    without = run_search(template, *search, without=fence)
    within = run_search(template, *search)
    text = "\n".join(
        [
            f"{fence.what}: {fence.where}\n",
            f"without it: {describe(without, fence.budget)}\n",
            f"with it: {describe(within, fence.budget)}",
        ]
    )
    return text, (without.broken or "").startswith(fence.breaks) and within.broken is None


def describe(found: Found, budget: Budget) -> str:
    """What a search found, for people."""
    return "\n".join(_lines(found, budget))


def _lines(found: Found, budget: Budget) -> Iterator[str]:
    yield (
        f"{found.states} states, {found.moves} moves, depth {found.depth}"
        f" ({'nothing is left' if found.is_whole else 'more is left'}),"
        f" {found.transactions} transactions, {found.seconds:.1f} s of a processor"
    )
    yield f"at most {budget.losses} losses, {budget.faults} faults, {budget.acts} changes"
    if found.broken is not None:
        yield f"BROKEN: {found.broken}"
        yield from found.trace
        return
    yield "no promise is broken, and from every state the post comes to a legal end"
    for name, counts in (("moves", found.by_kind), ("stages", found.stages), ("ends", found.ends)):
        yield f"{name}: " + ", ".join(f"{key} {number}" for key, number in counts.most_common())


def _command(arguments: argparse.Namespace) -> str:
    names = ("losses", "faults", "acts", "kinds")
    budget = " ".join(f"--{name} {getattr(arguments, name)}" for name in names)
    return f'make model DEPTH={arguments.depth} ARGS="{budget}"'


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.protocol_model.run_model")
    parser.add_argument("--depth", type=int, default=40, help="the most moves in a row")
    parser.add_argument("--losses", type=int, default=1, help="workers that die or are frozen")
    parser.add_argument("--faults", type=int, default=1, help="calls that fail or get no answer")
    parser.add_argument("--acts", type=int, default=1, help="changes by a person")
    parser.add_argument("--kinds", default=",".join(KINDS), help="of providers, with commas")
    parser.add_argument("--proof", type=Path, help="write the page of this run there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
