"""The secret key: can what is stored be read with it?"""

from pathlib import Path

from cli.doctor.finding import Finding, ill, well
from config.secret_key import secret_keys
from config.settings import Settings
from models.database import Database
from models.store.rotation import newest_secrets
from models.vault import Cipher, WrongSecretKey

CHECK = "secret key"
OTHER = "set SLOTBEAT_SECRET_KEY to the one that wrote them, or give that one in "


def look(settings: Settings, database: Database) -> Finding:
    """Tried with the newest secret of each kind."""
    with database.read() as session:
        tokens = newest_secrets(session)
    if not tokens:
        return well(CHECK, "nothing is stored under it yet")
    kept = Path(f"{database.url.database}.key")
    if settings.secret_key is None and not kept.exists():
        return ill(CHECK, f"{kept} is gone, and secrets were written with it", "restore that file")
    vault = Cipher(*secret_keys(settings))
    try:
        olds = [token for token in tokens if vault.reencrypt(token) != token]
    except WrongSecretKey:
        mend = f"{OTHER}SLOTBEAT_SECRET_KEY_PREVIOUS"
        return ill(CHECK, "stored secrets cannot be read with it", mend)
    if olds:
        return well(CHECK, "secrets stand under an older key", "slotbeat credentials rotate")
    return well(CHECK, "reads what is stored")
