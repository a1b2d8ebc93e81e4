"""Has a file read by a process of its own, a few at a time."""

import asyncio
import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import IO, Final

from src.errors import UnusableFile
from src.services.contents.findings import Findings

AT_ONCE: Final = 2
WITHIN_S: Final = 60.0
POLL_S: Final = 0.01
TOO_MUCH: Final = "This file takes too long, or too much memory, to be read. Attach a smaller part of it."

PASSED_ON: Final = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR")
"""Of the environment: it has secrets, and a hostile file shall find none."""

_ROOT: Final = Path(__file__).parents[3]


class Inspector:
    """`posix_spawn` and `waitpid` with WNOHANG, because they never wait: see `llm.child_process`."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def inspect(self, directory: Path, name: str) -> Findings:
        """Of the file `content` in this directory, where it leaves what it makes of it. Raises UnusableFile."""
        async with self._slots:
            with tempfile.TemporaryFile() as told:
                pid = _start(directory, name, told)
                if not await _ended(pid):
                    raise UnusableFile(TOO_MUCH)
                told.seek(0)
                found = json.loads(told.read())
        if refused := found.get("refused"):
            raise UnusableFile(refused)
        return Findings(**found)


def _start(directory: Path, name: str, told: IO[bytes]) -> int:
    return os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "src.services.contents.child", str(directory), name],
        {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"PYTHONPATH": str(_ROOT)},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, told.fileno(), 1),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
        setsid=True,
    )


async def _ended(pid: int) -> bool:
    """Whether it ended well, in time; however this ends, it has ended."""
    code: int | None = None
    try:
        async with asyncio.timeout(WITHIN_S):
            code = await _exit_code(pid)
    except TimeoutError:
        pass
    finally:
        if code is None:
            os.killpg(pid, signal.SIGKILL)
            await asyncio.shield(_exit_code(pid))
    return code == 0


async def _exit_code(pid: int) -> int:
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)  # noqa: ASYNC222 - does not wait
        if ended:
            return os.waitstatus_to_exitcode(status)
        await asyncio.sleep(POLL_S)
