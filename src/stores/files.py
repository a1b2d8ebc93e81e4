"""Files on the disk, each called by the SHA-256 of its bytes, and beside it what was made of it: see `Derived`.

A file is written in a directory of its own below `incoming`, made durable, and put in its place in the transaction of
the row that refers to it; it is removed in the transaction that finds no such row any more. So a row has its file, and
what a kill leaves is a file that no row refers to, which is removed after the next start.
"""

import hashlib
import os
import shutil
import time
from pathlib import Path
from typing import Literal, get_args

from sqlalchemy import URL

from src.errors import StoreUnavailable
from src.ids import new_id

INCOMING = "incoming"
CONTENT = "content"
Derived = Literal["clean", "thumb", "model", "text"]
"""An image without what the camera told of it, a small one, and one for models; the text of anything else."""
PIECE_BYTES = 1 << 20
SEARCHED_CHARS = 100_000
"""Of what each file says: what a search looks through has a bound."""
UNFINISHED_S = 3600.0
"""For so long a file may be there without its row: it is being put in its place."""


class IncomingFile:
    """What is being uploaded. Its methods block; it is called by one thread at a time."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.size = 0
        self._hash = hashlib.sha256()
        for each in (*list(directory.parents)[1::-1], directory):
            each.mkdir(mode=0o700, exist_ok=True)
        self._file = (directory / CONTENT).open("wb")

    @property
    def path(self) -> Path:
        return self.directory / CONTENT

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, piece: bytes) -> None:
        self._hash.update(piece)
        self.size += len(piece)
        self._file.write(piece)

    def end(self) -> None:
        """All of it is there."""
        self._file.close()

    def searched_text(self) -> str:
        """Nothing before that was found out."""
        return _beginning(self.directory / "text")

    def make_durable(self) -> None:
        """With what was made of it; and its owner's alone."""
        for path in self.directory.iterdir():
            path.chmod(0o600)
            _sync(path)

    def discard(self) -> None:
        """Nothing of it stays here."""
        self._file.close()
        shutil.rmtree(self.directory, ignore_errors=True)


class FileStore:
    """Files in one directory, which is made with the first. All processes on one database must see the same."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    @property
    def directory(self) -> Path:
        if self._directory is None:
            raise StoreUnavailable("There is no directory for files.", hint="Name one with LOCRIT_DATA_DIR.")
        return self._directory

    def receive(self) -> IncomingFile:
        """Raises OSError, also from what is given."""
        return IncomingFile(self.directory / INCOMING / new_id())

    def path(self, sha256: str, derived: Derived | None = None) -> Path:
        return self.directory / (f"{sha256}.{derived}" if derived else sha256)

    def searched_text(self, sha256: str) -> str:
        """Nothing where it is not there."""
        return _beginning(self.path(sha256, "text"))

    def place(self, incoming: IncomingFile) -> None:
        """What was made of it goes first: who finds the file finds that too. Again, it changes nothing: a batch that
        failed is repeated. Raises StoreUnavailable."""
        try:
            for derived in (*get_args(Derived), None):
                if (made := incoming.directory / (derived or CONTENT)).exists():
                    made.replace(self.path(incoming.sha256, derived))
            _sync(self.directory)
        except OSError as error:
            raise unusable(error) from error

    def remove(self, *hashes: str) -> None:
        for sha256 in hashes:
            for path in self._paths(sha256):
                path.unlink(missing_ok=True)
        if hashes and self.directory.exists():
            _sync(self.directory)

    def names(self) -> set[str]:
        """The hashes in the names of all files."""
        if self._directory is None or not self._directory.exists():
            return set()
        with os.scandir(self._directory) as entries:
            return {entry.name.partition(".")[0] for entry in entries if entry.name != INCOMING}

    def is_settled(self, sha256: str) -> bool:
        """Whether it is there for long enough to have its row."""
        placed_at = [path.stat().st_mtime for path in self._paths(sha256) if path.exists()]
        return max(placed_at, default=0.0) < time.time() - UNFINISHED_S

    def unfinished(self, *, is_alone: bool = True) -> list[Path]:
        """Where something is uploaded, or was when a process died: while others may live, where it stands still."""
        if self._directory is None or not (incoming := self._directory / INCOMING).exists():
            return []
        return [each for each in incoming.iterdir() if is_alone or _stands_still(each)]

    def discard(self, directory: Path) -> None:
        """What is in it will never be finished."""
        shutil.rmtree(directory, ignore_errors=True)

    def fault(self, sha256: str, size: int) -> str | None:
        """What is wrong with a file that should be there."""
        path = self.path(sha256)
        if not path.is_file():
            return "is missing"
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                digest.update(piece)
        return None if (digest.hexdigest(), path.stat().st_size) == (sha256, size) else "is not what was saved"

    def _paths(self, sha256: str) -> list[Path]:
        return [self.path(sha256), *(self.path(sha256, derived) for derived in get_args(Derived))]


def _stands_still(directory: Path) -> bool:
    """Some of it may be gone in the meantime."""
    try:
        changed_at = max(path.stat().st_mtime for path in (directory, *directory.iterdir()))
    except FileNotFoundError:
        return False
    return changed_at < time.time() - UNFINISHED_S


def _beginning(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return file.read(SEARCHED_CHARS)


def beside(url: URL) -> Path | None:
    """Where the files of a database are, unless one is told: only SQLite's is a place on this disk."""
    is_file = url.get_backend_name() == "sqlite" and url.database
    return Path(str(url.database)).absolute().parent / "files" if is_file else None


def unusable(error: OSError) -> StoreUnavailable:
    return StoreUnavailable(f"The file cannot be kept now: {error.strerror or error}.")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
