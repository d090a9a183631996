"""Runs snac, a small real server with a part of Mastodon's API, on a free port of loopback."""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import httpx

from tests.processes import Process
from tests.servers.ports import free_port
from tests.wait import wait_until

GET_SNAC: Final = Path(__file__).parent / "get-snac"
SHOW_CODE: Final = "urn:ietf:wg:oauth:2.0:oob"
Status = dict[str, Any]


@dataclass
class SnacAccount:
    """An account with a token."""

    name: str
    password: str = field(repr=False)
    token: str = field(default="", repr=False)
    id: str = ""


class Snac:
    """A running snac with its data in `folder`; installed there first. A call has its own
    connection: snac closes each one without a word."""

    def __init__(self, folder: Path) -> None:
        subprocess.run([GET_SNAC, folder], check=True, timeout=120)
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._program, self._data = folder / "root/usr/bin/snac", folder / "data"
        self._process: Process | None = None
        answers = f"127.0.0.1\n{self.port}\n127.0.0.1:{self.port}\n\nadmin@localhost\n"
        self._run("init", str(self._data), typed=answers)
        settings = self._data / "server.json"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace('"https"', '"http"'), encoding="utf-8")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it, and return when it answers."""
        command: list[str | Path] = [self._program, "httpd", self._data]
        self._process = Process(command, self.folder / "snac.log")
        wait_until(self._answers, 30, "snac answers")

    def kill(self) -> None:
        """SIGKILL, as a crash does."""
        if self._process is not None:
            self._process.end()
            self._process = None

    def create_account(self, name: str) -> SnacAccount:
        """A new account, which has allowed an application."""
        said = self._run("adduser", str(self._data), name, typed=f"{name}\n{name}\n")
        found = re.search(r"User password is (\S+)", said)
        assert found is not None, said
        account = SnacAccount(name, found.group(1))
        account.token = self._token(account)
        verified = self.call("GET", "/api/v1/accounts/verify_credentials", account)
        account.id = verified["id"]
        return account

    def call(self, method: str, path: str, account: SnacAccount | None = None, **more: Any) -> Any:  # noqa: ANN401
        """The JSON of an answer; HTTPStatusError for an error."""
        headers = {"Authorization": f"Bearer {account.token}"} if account else {}
        answer = httpx.request(method, self.url + path, headers=headers, timeout=30, **more)
        return answer.raise_for_status().json()

    def statuses(self, account: SnacAccount) -> list[Status]:
        """The account's own statuses, oldest first, with the texts that were sent."""
        listed = self.call("GET", f"/api/v1/accounts/{account.id}/statuses", account)
        for each in listed:
            source = self.call("GET", f"/api/v1/statuses/{each['id']}/source", account)
            each["text"] = source["text"]
        return sorted(listed, key=lambda each: str(each["uri"]))

    def log_in(self, account: SnacAccount, client_id: str, redirect: str, state: str = "") -> str:
        """What a person gets on the page where they allow an application: a code, or an address."""
        form = {"login": account.name, "passwd": account.password, "cid": client_id}
        form |= {"redir": redirect, "state": state}
        answer = httpx.post(f"{self.url}/oauth/x-snac-login", data=form, timeout=30)
        return str(answer.headers.get("Location", answer.text))

    def _token(self, account: SnacAccount) -> str:
        asked = {"client_name": "tests", "redirect_uris": SHOW_CODE, "scopes": "read write"}
        app = self.call("POST", "/api/v1/apps", json=asked)
        code = self.log_in(account, app["client_id"], SHOW_CODE).partition("&")[0].strip()
        body = {
            "grant_type": "authorization_code", "redirect_uri": SHOW_CODE, "code": code,
            "client_id": app["client_id"], "client_secret": app["client_secret"],
        }  # fmt: skip
        return str(self.call("POST", "/oauth/token", json=body)["access_token"])

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/v1/instance").is_success
        except httpx.TransportError:
            return False

    def _run(self, *arguments: str, typed: str) -> str:
        """What a command prints; it asks for what it does not know."""
        command = [str(self._program), *arguments]
        done = subprocess.run(
            command, check=True, input=typed, capture_output=True, text=True, timeout=30
        )
        return done.stdout + done.stderr
