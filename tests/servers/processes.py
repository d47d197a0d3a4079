"""Servers that are processes of their own on loopback: finding them, and waiting until they listen."""

import os
import shlex
import socket
import subprocess
import time
from pathlib import Path

from .syncthing import TOOLS_ENV

PATIENCE_S = 60.0


def allow_loopback() -> None:
    """Lift Home Assistant's ban on sockets, for what is made before a test's own fixtures can."""
    import pytest_socket  # noqa: PLC0415 - it comes with that ban, which end-to-end tests are without

    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts(["127.0.0.1"])


def program(variable: str) -> Path:
    """Return the program that an environment variable names, or that scripts/setup noted under that name."""
    written = dict(line.split("=", 1) for line in TOOLS_ENV.read_text().splitlines() if "=" in line)
    path = Path(os.environ.get(variable) or shlex.split(written.get(variable, "''"))[0])
    if not path.is_file():
        message = f"no such program: {variable} is not set, run scripts/setup"
        raise FileNotFoundError(message)
    return path


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody listens. Raises ``OSError`` if the process ends before that, or takes too long."""
    ends = time.monotonic() + PATIENCE_S
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > ends:
                raise
            time.sleep(0.05)
