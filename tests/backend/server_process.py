"""Starts tests/backend/bridge_server.py as a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO


@dataclass
class Server:
    process: "subprocess.Popen[str]"
    stdout: IO[str]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def rest_of_output(self) -> tuple[str, str]:
        """Waits until the process has ended."""
        return self.process.communicate(timeout=60)


@contextmanager
def started(grace_s: float = 4.0, shutdown: str = "save") -> Iterator[Server]:
    process = launch(0, grace_s, shutdown)
    assert process.stdout is not None
    try:
        yield Server(process, process.stdout, int(process.stdout.readline()))
    finally:
        process.kill()
        process.communicate()


def launch(port: int, grace_s: float = 4.0, shutdown: str = "save") -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.backend.bridge_server", str(port), str(grace_s), shutdown]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
