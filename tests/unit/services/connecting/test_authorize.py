"""What a server added to our address, and the pages to which people may be led."""

import pytest

from provider.connect_form import split_state
from services.connecting.authorize import read_answer
from services.connecting.connect_link import ConnectLink
from services.connecting.entered_values import is_web_address
from services.connecting.pending_authorization import PendingAuthorization

AUTHORIZATION = PendingAuthorization(ConnectLink("org", "threads", None, 0), False, {}, "ours", 0)


@pytest.mark.parametrize(
    ("parameters", "answer"),
    [
        ([("state", "ours"), ("code", "1")], {"code": "1"}),
        ([("code", "1"), ("state", "ours"), ("state", "theirs")], {"code": "1", "state": "theirs"}),
        ([("state", "ours")], {}),
        ([("code", "ours")], None),
        ([("state", "other"), ("code", "1")], None),
        ([("state", "öurs")], None),
        ([("state", "")], None),
        ([], None),
    ],
)
def test_only_an_answer_with_our_state_is_one(
    parameters: list[tuple[str, str]], answer: dict[str, str] | None
) -> None:
    """It is taken out; a state of the provider's own stays."""
    assert read_answer(AUTHORIZATION, parameters) == answer


def test_the_address_and_the_state_apart() -> None:
    """For servers that compare the address with a registered one."""
    callback = "https://slotbeat.example/connect/callback?state=a_-%7E"
    assert split_state(callback) == ("https://slotbeat.example/connect/callback", "a_-~")


@pytest.mark.parametrize(
    ("text", "with_http", "is_good"),
    [
        ("https://social.example/oauth/authorize?a=b", False, True),
        ("https://bücher.example/wp-admin/authorize-application.php", False, True),
        ("http://social.example/", False, False),
        ("http://social.example/", True, True),
        ("javascript:alert(1)", True, False),
        ("https:///path", True, False),
        ("//social.example/", True, False),
        ("/authorize", True, False),
        ("https://user@social.example/", True, False),
        ("https://a.example\\@b.example/", True, False),
        ("https://a.example/\nx", True, False),
        ("https://a.example/ x", True, False),
        ("https://[::1/", True, False),
        ("", True, False),
    ],
)
def test_where_people_may_be_led(text: str, with_http: bool, is_good: bool) -> None:
    """To absolute https pages; http where private servers are allowed."""
    assert is_web_address(text, allow_http=with_http) is is_good
