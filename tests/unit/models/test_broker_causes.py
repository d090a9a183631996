"""What an error of the broker means for a person."""

import pytest

from models.away_causes import broker_reason

BY_WORDS = {
    "Command # 1 (LLEN slotbeat) of pipeline caused error: command not allowed when used memory"
    " > 'maxmemory'.": "raise its maxmemory",
    "You can't write against a read only replica.": "lead to the primary",
    "UNBLOCKED force unblock from blocking operation, instance state changed": (
        "lead to the primary"
    ),
    "Redis is loading the dataset in memory": "wait",
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to"
    " disk.": "free some space",
    "Authentication required.": "SLOTBEAT_BROKER_URL",
    "invalid username-password pair or user is disabled.": "SLOTBEAT_BROKER_URL",
    "(403) ACCESS_REFUSED - Login was refused": "SLOTBEAT_BROKER_URL",
}


@pytest.mark.parametrize(("words", "fix"), BY_WORDS.items())
def test_the_words_of_brokers_are_explained(words: str, fix: str) -> None:
    """One line: what the broker says, and what to do."""
    reason = broker_reason(Exception(words))
    assert reason.startswith(words)
    assert fix in reason.removeprefix(words)


def test_other_errors_are_passed_on() -> None:
    """A message is one line; an error without one has the name of its kind."""
    assert broker_reason(Exception("no\n  way")) == "no way"
    assert broker_reason(TimeoutError()) == "TimeoutError"
