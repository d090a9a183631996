"""Runs WordPress itself, with PHP's own server and a MariaDB, on a free port of loopback."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final, Self

import httpx

from tests.processes import Process
from tests.servers.ports import free_port
from tests.wait import wait_until
from tests.wordpress.site_admin import SiteAdmin

PROGRAMS: Final = Path(__file__).parent / "wordpress"
SITE: Final = PROGRAMS / ".site"
MAIN_PASSWORD: Final = "the-main-password"
NAME: Final = "Lantern & Loaf"
DATABASE_OPTIONS: Final = (
    "--no-defaults", "--user=root", "--skip-networking", "--skip-name-resolve",
    "--innodb-buffer-pool-size=32M", "--innodb-log-file-size=8M", "--performance-schema=OFF",
)  # fmt: skip


class WordPressServer:
    """A site with its data in `folder`; `admin` asks it as its administrator. In its environment
    "local" it takes application passwords, and leads back to addresses, without https."""

    admin: SiteAdmin

    def __init__(self, folder: Path) -> None:
        assert (SITE / ".installed").exists(), f"{SITE} is missing: run {PROGRAMS / 'install'}"
        self._folder, self._site = folder, folder / "site"
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.api = f"{self.url}/wp-json"
        self._socket = folder / "db.sock"
        self._env = {
            "PATH": f"{os.environ['PATH']}:/usr/sbin",
            "DB_SOCKET": str(self._socket),
            "SITE_URL": self.url,
            "SITE_ENVIRONMENT": "local",
            # The site calls itself.
            "PHP_CLI_SERVER_WORKERS": "3",
        }
        self._processes: list[Process] = []

    def start(self) -> None:
        """Return when the site answers."""
        _copy_links(SITE, self._site)
        shutil.copy(PROGRAMS / "wp-config.php", self._site)
        (self._site / "wp-content" / "uploads").mkdir(exist_ok=True)
        self._start_database()
        password = self.php("-f", str(PROGRAMS / "set-up.php"), str(self._site))
        self._start_php()
        self.admin = SiteAdmin(self.api, password)

    def judge_callback(self, url: str, environment: str) -> str:
        """What the authorization page says of an address to lead back to: `ok`, or an error's code.
        `environment`: WordPress's own name for where it runs."""
        code = (
            f"putenv('SITE_ENVIRONMENT={environment}'); require '{self._site}/wp-load.php';"
            "require ABSPATH . 'wp-admin/includes/user.php';"
            f"$asked = ['success_url' => '{url}']; $user = get_user_by('id', 1);"
            "$found = wp_is_authorize_application_password_request_valid($asked, $user);"
            "echo is_wp_error($found) ? $found->get_error_code() : 'ok';"
        )
        return self.php("-r", code)

    def php(self, *arguments: str) -> str:
        """What PHP prints."""
        return self._run("php", "-d", "sendmail_path=/bin/true", *arguments)

    def set_option(self, name: str, value: str) -> None:
        """Change an option of the site, as its settings do."""
        code = f"require '{self._site}/wp-load.php'; update_option('{name}', '{value}');"
        self.php("-r", code)

    def close(self) -> None:
        """End the processes; the data stays in the folder."""
        for process in reversed(self._processes):
            process.end()
        if hasattr(self, "admin"):
            self.admin.close()

    def _start_database(self) -> None:
        data = f"--datadir={self._folder / 'db'}"
        self._run(
            "mariadb-install-db", "--no-defaults", "--user=root", data, "--skip-test-db",
            "--auth-root-authentication-method=normal",
        )  # fmt: skip
        started = ("mariadbd", *DATABASE_OPTIONS, data, f"--socket={self._socket}")
        database = self._start(started, "mariadb")

        def answers() -> bool:
            assert database.running, f"{database} has exited:\n{database.output()[-4000:]}"
            return self._sql("select 1").returncode == 0

        wait_until(answers, 60, "the answer of MariaDB")
        assert self._sql("create database wordpress character set utf8mb4").returncode == 0

    def _start_php(self) -> None:
        server = self._start(
            (
                "php", "-d", "sendmail_path=/bin/true", "-d", "opcache.enable_cli=1",
                "-S", f"127.0.0.1:{self._port}", "-t", str(self._site),
                str(PROGRAMS / "router.php"),
            ),
            "php",
        )  # fmt: skip

        def answers() -> bool:
            assert server.running, f"{server} has exited:\n{server.output()[-4000:]}"
            try:
                return httpx.get(f"{self.api}/", timeout=30).status_code == 200
            except httpx.TransportError:
                return False

        wait_until(answers, 60, "the answer of WordPress")

    def _start(self, arguments: tuple[str, ...], name: str) -> Process:
        program = shutil.which(arguments[0], path=self._env["PATH"])
        assert program is not None, f"{arguments[0]} is missing: run {PROGRAMS / 'install'}"
        process = Process([program, *arguments[1:]], self._folder / f"{name}.log", self._env)
        self._processes.append(process)
        return process

    def _sql(self, statement: str) -> subprocess.CompletedProcess[str]:
        command = ("mariadb", "--no-defaults", f"--socket={self._socket}", "-e", statement)
        return subprocess.run(command, env=self._env, capture_output=True, text=True, check=False)

    def _run(self, *command: str) -> str:
        done = subprocess.run(command, env=self._env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command[0]} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _copy_links(source: Path, target: Path) -> None:
    """A copy whose files are the same on the disk, where that is possible."""
    try:
        shutil.copytree(source, target, copy_function=os.link)
    except (OSError, shutil.Error):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
