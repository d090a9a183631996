"""Connects a user of a WordPress site to an organization, as a person does it, by its rows."""

import json

from models.accounts import Connection
from models.database import Database
from models.encryption import Cipher
from models.store import clock
from models.store.tenants import accounts, stored_credentials
from models.store.tenants.accounts import ConnectedProfile
from tests.wordpress.site_admin import SiteUser


def connect_site(
    database: Database, cipher: Cipher, organization_id: str, user: SiteUser, api: str
) -> str:
    """Our id of the account; `api`: the address of the REST API, such as that of a proxy."""
    site = api.removesuffix("/wp-json")
    fields = {"site": site, "username": user.username, "applicationPassword": user.password}
    place = site.partition("://")[2]
    profile = ConnectedProfile(f"{user.id}@{place}", "wordpress", "Site", user.username, "OK")
    with database.write() as session:
        connection = Connection(provider="wordpress", organization_id=organization_id, address=api)
        encrypted = cipher.encrypt(json.dumps(fields))
        stored_credentials.replace_credentials(session, connection, encrypted)
        accounts.sync(session, connection.id, [profile], clock.now(session))
        return accounts.list_accounts(session, connection.id)[0].id
