"""Bodies of connect and disconnect-account, and answers about accounts."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from models.store.tenants import accounts
from models.store.tenants.accounts import LinkedAccount
from services.inputs.field_types import Body, Link, Platform, Text

MAX_CREDENTIALS = 20


def _check_url(link: str) -> str:
    """A link to which a browser can be redirected. The host is the caller's choice."""
    try:
        parts = urlsplit(link)
        parts.port  # noqa: B018  (raises where it is no port)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("https", "http") or not parts.hostname or not link.isprintable():
        raise ValueError("must be an https:// or http:// link")
    if " " in link or "\\" in link:
        raise ValueError("must be an https:// or http:// link")
    return link


def _check_credentials(given: object) -> object:
    """Texts by field name. The sentence shows none of them: they are secrets."""
    texts = list(given.values()) if isinstance(given, dict) else [None]
    if len(texts) <= MAX_CREDENTIALS and all(isinstance(each, str) for each in texts):
        return given
    raise ValueError('must be an object of texts, such as {"handle": "…", "appPassword": "…"}')


# What a person enters to connect, by field name.
Credentials = Annotated[dict[str, str], BeforeValidator(_check_credentials)]


class ConnectBody(Body):
    """POST connect. `credentials`: for networks that are connected directly, the fields of their
    form, such as `handle`, `appPassword` and `service` for `bluesky`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"platform": "facebook", "redirectUrl": "https://your-app.example/done"}]
        }
    )

    platform: Platform
    redirectUrl: Annotated[Link, AfterValidator(_check_url)] | None = None
    credentials: Annotated[Credentials | None, Field(repr=False)] = None


class DisconnectBody(Body):
    """POST disconnect-account: an `accountId` of the profile."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"accountId": "acc_1"}]})

    accountId: Annotated[Text, Field(min_length=1, max_length=200)]


class AccountLink(BaseModel):
    """A connected account. All but the first two fields are ours."""

    accountId: str
    platform: str
    name: str
    username: str
    statusLevel: str
    isDefault: bool
    needsAttention: bool


def present_link(link: LinkedAccount) -> dict[str, Any]:
    """A connected account, as AccountLink describes it."""
    account = link.account
    return {
        "accountId": account.id,
        "platform": account.platform,
        "name": account.name,
        "username": account.username,
        "statusLevel": account.status_level,
        "isDefault": link.is_default,
        "needsAttention": accounts.needs_attention(account.status_level),
    }


ACCOUNT: dict[str, JsonValue] = {
    "accountId": "0198c0ffee007000800000000000face",
    "platform": "facebook",
    "name": "Lantern & Loaf",
    "username": "lanternandloaf",
    "statusLevel": "OK",
    "isDefault": True,
    "needsAttention": False,
}


class ProfileAnswer(BaseModel):
    """The answer to GET profile."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "connected": True,
                    "profileId": "0198c0ffee007000800000000000d00d",
                    "connectedAccounts": ["facebook"],
                    "accountLinks": [ACCOUNT],
                }
            ]
        }
    )

    connected: bool
    profileId: str | None
    connectedAccounts: list[str]
    accountLinks: list[AccountLink]


class ConnectAnswer(BaseModel):
    """The answer to connect: the page to open in the person's browser. `account`: the one that was
    connected with `credentials`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_url": "https://app.swonkie.com?platform=facebook",
                    "platform": "facebook",
                    "profileId": "0198c0ffee007000800000000000d00d",
                }
            ]
        }
    )

    access_url: str
    platform: str
    profileId: str
    account: AccountLink | None = None


class OkAnswer(BaseModel):
    """The answer to disconnect-account."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ok": True}]})

    ok: bool
