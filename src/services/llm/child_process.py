"""Both ends of a child process that listens on loopback and never outlives its parent.

The parent makes the listening socket, so the port is known before the child runs, and keeps the write end of a pipe
that is the child's stdin: when the parent ends, however it ends, the child reads end-of-file and exits.

subprocess and asyncio's child watchers wait with blocking calls that eventlet replaces; `posix_spawn`, `waitpid` with
WNOHANG and `pread` never wait, so this works on any event loop.
"""

import asyncio
import ctypes
import os
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import Final, Self

EXPLAINED: Final = 3  # exit code: the last words say why

_ROOT: Final = Path(__file__).parents[3]
_POLL_S: Final = 0.01
_PR_SET_PDEATHSIG: Final = 1


class ChildProcess:
    """A Python module, running. Its stdout is read line by line as what it tells people, its stderr is its log."""

    def __init__(self, pid: int, port: int, leash: int, told: int, log: int) -> None:
        self.pid = pid
        self.port = port
        self._descriptors = [leash, told, log]
        self._told = told
        self._log = log
        self._exit_code: int | None = None

    @classmethod
    def start(cls, module: str, *arguments: str) -> Self:
        """`module` gets `--listen-fd` with the number of its listening socket."""
        told, log = _temporary_file(), _temporary_file()
        leash_end, leash = os.pipe()
        with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
            os.set_inheritable(listener.fileno(), True)
            pid = os.posix_spawn(
                sys.executable,
                [sys.executable, "-m", module, "--listen-fd", str(listener.fileno()), *arguments],
                {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONUNBUFFERED": "1"},
                file_actions=[(os.POSIX_SPAWN_DUP2, fd, number) for number, fd in enumerate((leash_end, told, log))],
                # Its own process group: Ctrl-C in the terminal is for the parent, which first finishes its replies.
                setsid=True,
            )
            port = int(listener.getsockname()[1])
        os.close(leash_end)
        return cls(pid, port, leash, told, log)

    def exit_code(self) -> int | None:
        """None while it runs; the negative number of the signal that killed it."""
        if self._exit_code is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                self._exit_code = 0  # someone else waited for it
            else:
                self._exit_code = os.waitstatus_to_exitcode(status) if pid else None
        return self._exit_code

    def last_words(self) -> str:
        """The last whole line it told."""
        lines = _content(self._told).splitlines()
        return lines[-1] if lines else ""

    def log_tail(self) -> str:
        return _content(self._log)[-2000:]

    async def ended(self, within_s: float) -> bool:
        for _ in range(int(within_s / _POLL_S)):
            if self.exit_code() is not None:
                return True
            await asyncio.sleep(_POLL_S)
        return self.exit_code() is not None

    async def kill(self) -> None:
        """Kills it and everything it started, and waits for its end."""
        if self.exit_code() is None:
            os.killpg(self.pid, signal.SIGKILL)
        await self.ended(within_s=5)
        while self._descriptors:
            os.close(self._descriptors.pop())


def _temporary_file() -> int:
    """A file without a name, so that nothing of it stays."""
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _content(descriptor: int) -> str:
    # pread leaves alone the position that parent and child share.
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode(errors="replace")


def end_with_parent() -> None:
    """Called by the child: it ends with its parent, whatever its threads are doing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_end_at_end_of_file, daemon=True).start()


def _end_at_end_of_file() -> None:
    while os.read(0, 1024):
        pass
    os.killpg(0, signal.SIGKILL)  # also what it started, such as a download
