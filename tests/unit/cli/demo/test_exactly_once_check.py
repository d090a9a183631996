"""The demo's check never reports a success that did not happen."""

from typing import Any

import pytest

from cli.demo.exactly_once_check import compare_with_simulator
from models.posts import Delivery
from models.statuses import DeliveryStatus


def _delivery(id_: str, status: DeliveryStatus) -> Delivery:
    return Delivery(id=id_, post_id="p", platform="x", status=status, error="because")


def _remote(delivery: str, stage: str, *, deleted: bool = False) -> dict[str, Any]:
    return {"marker": f"slotbeat:i:{delivery}", "stage": stage, "deleted": deleted}


def test_one_publication_and_one_timer_are_once() -> None:
    """A post published on one account and scheduled on the other counts as once."""
    ours = {
        "p": [_delivery("a", DeliveryStatus.PUBLISHED), _delivery("b", DeliveryStatus.SCHEDULED)]
    }
    remote = [_remote("a", "PUBLISHED"), _remote("b", "SCHEDULED"), _remote("b", "DRAFT")]
    result = compare_with_simulator(ours, remote, [_remote("a", "")])
    assert (result.accepted, result.once, result.is_correct) == (1, 1, True)


@pytest.mark.parametrize(
    ("status", "remote", "ledger", "field"),
    [
        (DeliveryStatus.PUBLISHED, [], ["a", "a"], "doubled"),
        (DeliveryStatus.PUBLISHED, ["SCHEDULED"], ["a"], "doubled"),
        (DeliveryStatus.PUBLISHED, [], [], "lost"),
        (DeliveryStatus.CREATED, ["DRAFT"], [], "lost"),
        (DeliveryStatus.UNKNOWN, [], [], "lost"),
    ],
)
def test_a_wrong_count_is_wrong(
    status: DeliveryStatus, remote: list[str], ledger: list[str], field: str
) -> None:
    """Twice is doubled and nothing is lost, whatever our own status says."""
    ours = {"p": [_delivery("a", status)]}
    result = compare_with_simulator(
        ours, [_remote("a", stage) for stage in remote], [_remote(each, "") for each in ledger]
    )
    assert getattr(result, field) == 1
    assert not result.is_correct


def test_a_failed_delivery_that_went_out_is_a_disagreement() -> None:
    """Failed in our database, but published at the simulator: the two sides disagree."""
    result = compare_with_simulator(
        {"p": [_delivery("a", DeliveryStatus.FAILED)]}, [], [_remote("a", "")]
    )
    assert result.disagreeing
    assert not result.is_correct


def test_a_failure_with_a_reason_is_an_end() -> None:
    """A delivery that failed with a reason is neither lost nor published once."""
    result = compare_with_simulator({"p": [_delivery("a", DeliveryStatus.FAILED)]}, [], [])
    assert (result.ended, result.lost, result.once, result.is_correct) == (1, 0, 0, True)


def test_a_deleted_twin_does_not_count() -> None:
    """A post that was deleted at the simulator cannot be published."""
    ours = {"p": [_delivery("a", DeliveryStatus.SCHEDULED)]}
    remote = [_remote("a", "SCHEDULED"), _remote("a", "SCHEDULED", deleted=True)]
    assert compare_with_simulator(ours, remote, []).is_correct
