"""A person connects an account at snac itself with the code that the server's page shows."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from tests.extra.snac_server import Snac

SLOTBEAT: Final = Path(sys.executable).with_name("slotbeat")
SCOPES: Final = "read:accounts read:statuses write:statuses write:media"


def test_the_code_of_the_servers_page_connects(snac: Snac, tmp_path: Path) -> None:
    """The command prints the server's page, which asks for no more than publishing needs; the code
    that the person gets there connects their account, and is not printed."""
    account = snac.create_account("miller")
    env = {
        **os.environ,
        "SLOTBEAT_DATABASE_URL": f"sqlite:///{tmp_path / 'slotbeat.db'}",
        "SLOTBEAT_SECRET_KEY": "a secret of sixteen signs",
        "SLOTBEAT_ALLOW_PRIVATE_HOSTS": "1",
    }
    subprocess.run([SLOTBEAT, "org", "create", "Lantern"], env=env, check=True, timeout=60)
    command = [
        str(SLOTBEAT), "accounts", "connect", "mastodon", "--instance", snac.url, "--code-stdin",
    ]  # fmt: skip
    with subprocess.Popen(
        command,
        env=env,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout is not None
        said = next(line for line in process.stdout if "/oauth/authorize" in line)
        asked = parse_qs(urlsplit(re.findall(r"http\S+", said)[-1]).query)
        assert asked["scope"] == [SCOPES]
        page = snac.log_in(account, asked["client_id"][0], asked["redirect_uri"][0])
        code = page.partition("&")[0].strip()
        rest, _ = process.communicate(f"{code}\n", timeout=60)
    assert process.returncode == 0
    assert f"Connected: @miller@{urlsplit(snac.url).netloc} on mastodon" in rest
    assert code not in said + rest
