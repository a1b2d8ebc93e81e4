"""A server that is killed often, and is back at once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.fixtures.databases import free_port
from tests.fixtures.server import IS_READY, ROOT

START_WITHIN_S = 60.0


class MortalServer:
    """The same port and data all its lives; `log` is what it printed in all of them."""

    def __init__(self, data_dir: Path, env: Mapping[str, str]) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._log = data_dir / "server.log"
        self._log.touch()
        self._pid = 0
        flags = [str(self._log), "--port", str(port), "--data-dir", str(data_dir)]
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery", *flags],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.start()

    @property
    def log(self) -> str:
        return self._log.read_text()

    def start(self) -> None:
        """Returns when it serves."""
        lives = self._starts()
        self._fork()
        deadline = time.monotonic() + START_WITHIN_S
        while self._starts() == lives:
            assert time.monotonic() < deadline, f"the server did not start:\n{self.log[-3000:]}"
            time.sleep(0.005)

    def _starts(self) -> int:
        """How often it said that it is ready: once each life, perhaps killed before the end of the line."""
        return self.log.count(IS_READY)

    def kill(self) -> int:
        return self._end(signal.SIGKILL)

    def terminate(self) -> int:
        return self._end(signal.SIGTERM)

    def kill_while_starting(self, after_s: float) -> None:
        self._fork()
        time.sleep(after_s)
        self.kill()

    def close(self) -> None:
        self.kill()
        self._nursery.communicate()

    def _fork(self) -> None:
        self._pid = self._tell("start")

    def _end(self, how: signal.Signals) -> int:
        pid, self._pid = self._pid, 0
        if not pid:
            return 0
        os.kill(pid, how)
        return self._tell("wait")

    def _tell(self, command: str) -> int:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        print(command, file=self._nursery.stdin, flush=True)
        return int(self._nursery.stdout.readline())
