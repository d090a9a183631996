"""A private RabbitMQ with a data directory, a node name, a cookie and a port mapper of its own."""

import os
import shutil
import socket
from pathlib import Path
from signal import SIGCONT, SIGSTOP, SIGTERM

from tests.servers.ports import free_port
from tests.servers.server import Server
from tests.servers.server_account import temporary_directory

# Not the command on the path: Debian's becomes the account `rabbitmq`, which has data of its own.
PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
SETTINGS = """\
listeners.tcp.1 = 127.0.0.1:{port}
log.console = true
log.console.level = warning
log.file = false
"""
# Erlang's port mapper; RabbitMQ would start one that stays. Here it is in the server's group.
COMMAND = """\
epmd -address 127.0.0.1 & until epmd -names >/dev/null 2>&1; do sleep 0.05; done
exec "$0"
"""
GREETING = b"AMQP\x00\x00\x09\x01"
METHOD_FRAME = b"\x01"


class RabbitMq(Server):
    """A broker whose queues are on disk; with `restart(empty=True)` it has lost them."""

    stop_signal = SIGTERM

    def __init__(self) -> None:
        super().__init__(temporary_directory("slotbeat-rabbitmq-", None), None)
        self._data = self.directory / "data"
        self._settings = self.directory / "rabbitmq.conf"
        self._settings.write_text(SETTINGS.format(port=self.port))
        (self.directory / "enabled_plugins").write_text("[].\n")
        self._mapper_port, self._node_port = free_port(), free_port()

    @property
    def url(self) -> str:
        """The address of this broker for Celery."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def restart(self, *, empty: bool = False) -> None:
        """Start again on the same port, with its queues or, if `empty`, without any."""
        self.stop()
        if empty:
            shutil.rmtree(self._data)
        self.start()

    def freeze(self, *, frozen: bool) -> None:
        """Stop all its processes, or let them go on: connections stay open meanwhile."""
        os.killpg(self.process.pid, SIGSTOP if frozen else SIGCONT)

    def _command(self) -> list[str | Path]:
        assert PROGRAM.exists(), "RabbitMQ is missing: run `make test-extra`"
        variables = {
            "HOME": self.directory,  # where Erlang writes its cookie
            "ERL_EPMD_PORT": self._mapper_port,
            "RABBITMQ_NODENAME": "slotbeat@localhost",
            "RABBITMQ_DIST_PORT": self._node_port,
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1"
            ),
            "RABBITMQ_MNESIA_BASE": self._data,
            "RABBITMQ_LOG_BASE": self.directory,
            "RABBITMQ_CONFIG_FILE": self._settings,
            "RABBITMQ_ENABLED_PLUGINS_FILE": self.directory / "enabled_plugins",
            "RABBITMQ_PID_FILE": self.directory / "pid",
        }
        given = [f"{name}={value}" for name, value in variables.items()]
        return ["env", *given, "sh", "-c", COMMAND, PROGRAM]

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
                connection.sendall(GREETING)
                return connection.recv(1) == METHOD_FRAME
        except OSError:
            return False
