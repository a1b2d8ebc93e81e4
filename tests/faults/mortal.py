"""A server that is killed often, and is back at once."""

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

from tests.fixtures.databases import free_port
from tests.fixtures.forks import Fork
from tests.fixtures.server import IS_READY

START_WITHIN_S = 60.0


class MortalServer:
    """The same port and data all its lives; `log` is what it printed in all of them."""

    def __init__(self, data_dir: Path, env: Mapping[str, str]) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._log = data_dir / "server.log"
        self._log.touch()
        self._env = {**os.environ, **env}
        self._flags = ["--port", str(port), "--data-dir", str(data_dir)]
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

    def _fork(self) -> None:
        self._process = Fork(self._log, self._env, self._flags)

    def _end(self, how: signal.Signals) -> int:
        self._process.send_signal(how)
        return self._process.wait()
