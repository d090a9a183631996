"""What tests ask of a WordPress site, real or sandbox: users, posts, and its administrator."""

from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Final

import httpx

ADMIN: Final = "admin"


@dataclass(frozen=True)
class SiteUser:
    """A user of the site with one application password."""

    id: int
    username: str
    password: str = field(repr=False)


class SiteAdmin:
    """The calls of the user `admin` at the REST API `api`."""

    def __init__(self, api: str, password: str) -> None:
        self.api = api
        self.http = httpx.Client(auth=(ADMIN, password), timeout=30)

    def ask(self, method: str, path: str, **content: Any) -> Any:  # noqa: ANN401  (JSON)
        """The JSON of a call that succeeded."""
        answer = self.http.request(method, f"{self.api}/wp/v2{path}", **content)
        assert answer.is_success, answer.text
        return answer.json()

    def create_user(self, role: str = "author") -> SiteUser:
        """A new user."""
        username = f"u{token_hex(6)}"
        body = {
            "username": username,
            "email": f"{username}@mail.test",
            "password": token_hex(12),
            "roles": [role],
        }
        id_ = self.ask("POST", "/users", json=body)["id"]
        made = self.ask("POST", f"/users/{id_}/application-passwords", json={"name": "tests"})
        return SiteUser(id_, username, made["password"])

    def revoke(self, user: SiteUser) -> None:
        """Revoke the user's application passwords."""
        self.ask("DELETE", f"/users/{user.id}/application-passwords")

    def posts(self, user: SiteUser, status: str = "any,trash") -> list[dict[str, Any]]:
        """The user's posts in these statuses, oldest first."""
        params = {
            "author": str(user.id),
            "status": status,
            "context": "edit",
            "per_page": "100",
            "order": "asc",
            "orderby": "id",
        }
        found: list[dict[str, Any]] = self.ask("GET", "/posts", params=params)
        return found

    def change(self, post_id: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  (JSON)
        """Change a post, as somebody does in WordPress."""
        found: dict[str, Any] = self.ask("POST", f"/posts/{post_id}", json=fields)
        return found

    def trash(self, post_id: str) -> None:
        """Put a post into the trash."""
        self.ask("DELETE", f"/posts/{post_id}")

    def close(self) -> None:
        """Close the connections."""
        self.http.close()
