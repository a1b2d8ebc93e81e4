"""Named steps: run a command, show what it does and how long it takes; again only when inputs changed."""

import hashlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = str(VENV / "bin" / "python")

QUIET_S = 2.0
REPEAT_S = 30.0


class StepFailed(Exception):
    """A command of a step failed; the message is for people and holds the end of its output."""


@dataclass(frozen=True)
class Result:
    name: str
    returncode: int
    seconds: float
    output: str

    @property
    def ok(self) -> bool:
        return self.returncode == 0


def run(
    name: str, command: Sequence[str], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None, live: bool = False
) -> Result:
    """Runs `command` to its end; a failure is a `Result` too. `live` shows output as it comes."""
    started = time.monotonic()
    progress = _Progress(name, started)
    output = bytearray()
    try:
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except OSError as error:
        return progress.done(Result(name, 127, 0.0, f"{command[0]} cannot be started: {error.strerror}"))
    with process:
        for chunk in _chunks(process):
            output += chunk
            if live:
                sys.stdout.buffer.write(chunk)
                sys.stdout.flush()
            else:
                progress.show(output)
    text = output.decode(errors="replace")
    return progress.done(Result(name, process.returncode, time.monotonic() - started, text))


def must(name: str, command: Sequence[str], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> None:
    """Like `run`, for a command without which there is no going on. Raises `StepFailed`."""
    result = run(name, command, cwd=cwd, env=env)
    if not result.ok:
        raise StepFailed(f"{tail(result.output)}\n\n{name} failed; the lines above say why. Nothing else was touched.")


def once(stamp: Path, inputs: Iterable[Path], do: Callable[[], None]) -> None:
    """Calls `do` unless it succeeded before with the same content of `inputs`, which `stamp` remembers."""
    fingerprint = _digest(inputs)
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    do()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint)


def tail(output: str, lines: int = 40) -> str:
    return "\n".join(output.rstrip().splitlines()[-lines:])


def _digest(inputs: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(inputs):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _chunks(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Output as it comes, and an empty chunk twice a second while there is none, so that the clock moves."""
    assert process.stdout is not None
    while True:
        ready, _, _ = select.select([process.stdout], [], [], 0.5)
        chunk = os.read(process.stdout.fileno(), 65536) if ready else b""
        if ready and not chunk:
            return
        yield chunk


class _Progress:
    """One moving line on a terminal; elsewhere a line after two seconds, then every half minute, and one at the end."""

    def __init__(self, name: str, started: float) -> None:
        self._name = name
        self._started = started
        self._next_line_s = QUIET_S

    def show(self, output: bytearray) -> None:
        elapsed = time.monotonic() - self._started
        if sys.stdout.isatty():
            last = output[-400:].decode(errors="replace").strip().rpartition("\n")[2].strip()
            print(f"\r\033[K  … {self._name} {elapsed:.0f} s  {last}"[: _columns()], end="", flush=True)
        elif elapsed >= self._next_line_s:
            self._next_line_s = max(REPEAT_S, self._next_line_s + REPEAT_S)
            print(f"  … {self._name} {elapsed:.0f} s", flush=True)

    def done(self, result: Result) -> Result:
        clear = "\r\033[K" if sys.stdout.isatty() else ""
        print(f"{clear}  {'ok  ' if result.ok else 'FAIL'} {result.name} ({result.seconds:.1f} s)", flush=True)
        return result


def _columns() -> int:
    try:
        return os.get_terminal_size().columns
    except OSError:
        return 80
