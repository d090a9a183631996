"""The site itself, and its users with their application passwords."""

from secrets import token_hex

from aiohttp import web

from simulator.wordpress.access import require
from simulator.wordpress.errors import RestError
from simulator.wordpress.state import ROLES, Call


async def get_index(call: Call) -> web.Response:
    """What the API has, and the page that hands out application passwords."""
    url = call.state.url
    page = f"{url}/wp-admin/authorize-application.php"
    endpoints = {"application-passwords": {"endpoints": {"authorization": page}}}
    return web.json_response(
        {
            "name": "Sandbox",
            "url": url,
            "home": url,
            "namespaces": ["wp/v2"],
            "authentication": endpoints,
        }
    )


async def get_me(call: Call) -> web.Response:
    """The user whose password was sent."""
    if call.user is None:
        raise RestError(401, "rest_not_logged_in", "You are not currently logged in.")
    rights = dict.fromkeys(sorted(ROLES[call.user.role]), True)
    user = {"id": call.user.id, "username": call.user.username, "capabilities": rights}
    return web.json_response(user)


async def create_user(call: Call) -> web.Response:
    """A new user with one role."""
    require(call, "edit_users", "rest_cannot_create_user")
    user = call.state.add_user(call.body["username"], call.body["roles"][0])
    return web.json_response({"id": user.id, "username": user.username}, status=201)


async def create_password(call: Call) -> web.Response:
    """A new application password; it is shown once."""
    require(call, "edit_users", "rest_cannot_create_application_passwords")
    password = token_hex(12)
    call.state.users[call.id].passwords.add(password)
    return web.json_response({"password": password}, status=201)


async def delete_passwords(call: Call) -> web.Response:
    """All application passwords of a user are revoked."""
    require(call, "edit_users", "rest_cannot_delete_application_passwords")
    call.state.users[call.id].passwords.clear()
    return web.json_response({"deleted": True})
