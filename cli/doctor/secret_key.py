"""Checks that stored secrets can be decrypted with the secret key."""

from pathlib import Path

from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.secret_key import secret_keys
from config.settings import Settings
from models.database import Database
from models.encryption import Cipher, WrongSecretKey
from models.store.tenants.key_rotation import newest_secrets

NAME = "secret key"
OTHER_KEY_FIX = (
    "set SLOTBEAT_SECRET_KEY to the key that encrypted them, or add that key to "
    "SLOTBEAT_SECRET_KEY_PREVIOUS"
)


def check(settings: Settings, database: Database) -> CheckResult:
    """Decrypt the newest secret of each kind."""
    with database.read() as session:
        tokens = newest_secrets(session)
    if not tokens:
        return pass_check(NAME, "nothing is stored under it yet")
    key_file = Path(f"{database.url.database}.key")
    if settings.secret_key is None and not key_file.exists():
        return fail_check(
            NAME, f"{key_file} is missing, and stored secrets need it", "restore that file"
        )
    cipher = Cipher(*secret_keys(settings))
    try:
        outdated = [token for token in tokens if cipher.reencrypt(token) != token]
    except WrongSecretKey:
        return fail_check(NAME, "stored secrets cannot be read with it", OTHER_KEY_FIX)
    if outdated:
        return pass_check(
            NAME, "some secrets still need an older key", "slotbeat credentials rotate"
        )
    return pass_check(NAME, "reads what is stored")
