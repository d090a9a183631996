"""Which call gets a fault: targeted faults first, then random ones."""

from simulator.faults import KINDS, RANDOM_KINDS, Fault, FaultInjector


def calm() -> FaultInjector:
    """No random faults."""
    return FaultInjector(rate=0, seed=7, kinds=RANDOM_KINDS, in_a_row=3)


def kinds_of(faults: FaultInjector, count: int, call: str = "get_post") -> list[str | None]:
    """The fault kinds of some calls on one subject."""
    chosen = [faults.choose_fault(call, "subject") for _ in range(count)]
    return [fault.kind if fault else None for fault in chosen]


def test_a_targeted_fault_skips_then_strikes_then_is_gone() -> None:
    """`skip` calls pass, `times` calls fail, and the next one passes again."""
    faults = calm()
    faults.queue.append(Fault("server_error", "get_post", times=2, skip=1))
    assert kinds_of(faults, 4) == [None, "server_error", "server_error", None]
    assert faults.queue == []


def test_a_targeted_fault_leaves_other_calls_and_subjects_alone() -> None:
    """Call and subject must both match."""
    faults = calm()
    faults.queue.append(Fault("hang", "get_post", subject="other"))
    assert kinds_of(faults, 1) == [None]
    assert faults.choose_fault("create_post", "other") is None
    assert faults.choose_fault("get_post", "other") is not None


def test_stage_post_means_any_transition_and_a_star_any_call() -> None:
    """The two wildcards of `call`."""
    faults = calm()
    faults.queue += [Fault("hang", "stage_post"), Fault("server_error", "*")]
    first = faults.choose_fault("get_post", "s")
    second = faults.choose_fault("publishNow", "s", transition=True)
    assert (first and first.kind, second and second.kind) == ("server_error", "hang")


def test_special_kinds_strike_only_where_they_mean_something() -> None:
    """A media error applies to a confirm only, an expired URL to an initiate only."""
    faults = calm()
    faults.queue += [Fault("media_error"), Fault("expired_url")]
    assert kinds_of(faults, 1) == [None]
    assert kinds_of(faults, 1, "confirm_media") == ["media_error"]
    assert kinds_of(faults, 1, "initiate_media") == ["expired_url"]


def test_random_faults_end() -> None:
    """Even at rate 1, a call succeeds after the maximum of faults in a row."""
    faults = FaultInjector(rate=1, seed=7, kinds=["hang"], in_a_row=3)
    assert kinds_of(faults, 8) == ["hang", "hang", "hang", None] * 2


def test_the_same_seed_gives_the_same_faults() -> None:
    """The same seed gives the same faults."""
    first, second = (FaultInjector(0.5, 11, KINDS, in_a_row=3) for _ in range(2))
    assert kinds_of(first, 200) == kinds_of(second, 200)


def test_the_rate_is_the_share_of_calls_that_fail() -> None:
    """One call in ten, within what chance allows over 5,000 calls."""
    struck = [kind for kind in kinds_of(FaultInjector(0.1, 3, RANDOM_KINDS, 3), 5000) if kind]
    assert 400 < len(struck) < 600
    assert set(struck) == set(RANDOM_KINDS) - {"expired_url"}


def test_an_outage_ends_at_its_instant() -> None:
    """The outage ends at its instant; clearing ends it early."""
    faults = calm()
    faults.begin_outage(1000)
    assert (faults.is_outage(999), faults.is_outage(1000)) == (True, False)
    faults.clear()
    assert not faults.is_outage(0)
