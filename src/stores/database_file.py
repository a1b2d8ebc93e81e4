"""The file of a SQLite database: it belongs to one server, and is looked at before anything is called saved.

Open files outlive their names: SQLite goes on writing into a file that was deleted or replaced, and all of it is gone
when the server ends. So the file is compared with what lies at its path.
"""

import fcntl
import logging
import os
import shutil
import sqlite3
import struct
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from src.data_directory import close_to_others
from src.errors import StoreReplaced, StoreUnavailable
from src.stores.high_water import PRIVATE, HighWater, Mark, measured

PARTS = ("", "-wal", "-shm", "-highwater")
MAGIC = b"SQLite format 3\0"
HEADER_BYTES = 64
HISTORY = slice(60, 64)
"""`user_version`. https://www.sqlite.org/fileformat.html#the_database_header"""
TREES = (b"\2", b"\5", b"\x0a", b"\x0d")
_ROOTS = "SELECT (rootpage - 1) * page_size FROM sqlite_schema, pragma_page_size WHERE rootpage > 1"
LOG_HEADER_BYTES = 32
LOG_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
FRAME_HEADER_BYTES = 24
PAGE_BYTES = slice(8, 12)
LOG_SALTS = slice(16, 24)
"""They are others each time the log is begun anew. https://www.sqlite.org/fileformat.html#the_write_ahead_log"""
ROOM_BYTES = 4 << 20
"""What the log grows by before it is emptied into the file, in both."""
_LOCK = struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, 2**62, 1, 0)
"""A byte that SQLite never locks, so that its locks and ours do not meet, on file servers and macOS either."""

log = logging.getLogger(__name__)


class Foundation:
    """What a database stands on. PostgreSQL looks after its own files, and lets in several processes."""

    def begin(self, connection: Any) -> None:
        """Before the first write. `connection` is the driver's. Raises StoreUnavailable when there was more."""

    def watch(self, connection: Any) -> None:
        """After the first write: from now on it has to stay what it is."""

    def check(self) -> None:
        """Raises StoreReplaced when what is saved now would be lost."""

    def measure(self, _connection: Any) -> Mark:
        """What there is once the open transaction is committed."""
        return Mark()

    def committed(self, mark: Mark) -> None:
        """Between a commit and its answer. Raises StoreReplaced."""

    def has_room(self) -> bool:
        return True

    def release(self) -> None:
        pass


class DatabaseFile(Foundation):
    """Held until `release` or the end of the process. SQLite must have let go of it before: when a process closes a
    file, it loses all of its locks on it."""

    def __init__(self, path: Path, *, accept_loss: bool = False) -> None:
        """Raises StoreUnavailable: it cannot be written, another server has it, or it is empty and was not."""
        self._path = path
        self._log: _WriteAheadLog | None = None
        self._held = ExitStack()
        self._checking = threading.Lock()  # the writer does, and who asks for the server's health
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._high_water = HighWater(path, accept_loss=accept_loss)
            self._held.callback(self._high_water.close)
            if not path.exists() or not path.stat().st_size:
                self._high_water.compare(Mark())  # SQLite would remove the log of an empty file
                log.info("A new database begins: %s", path)
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE)
            for file in filter(Path.exists, (Path(f"{path}{part}") for part in PARTS)):
                close_to_others(file)
        except OSError as error:
            raise StoreUnavailable(
                f"The database cannot be kept in {path.parent}: {error.strerror}.",
                hint="Make the directory writable, or choose another one with LOCRIT_DATA_DIR.",
            ) from error
        self._lock()

    def begin(self, connection: sqlite3.Connection) -> None:
        self._high_water.begin(connection)

    def watch(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        (history,) = connection.execute("PRAGMA user_version").fetchone()
        self._histories = (history.to_bytes(4), os.pread(self._descriptor, HEADER_BYTES, 0)[HISTORY])
        self._identity, self._size, self._changed_at = _identity(os.fstat(self._descriptor)), 0, 0
        self._roots = [at for (at,) in connection.execute(_ROOTS) if self._is_tree(at)]
        self._log = _WriteAheadLog(Path(f"{self._path.resolve()}-wal"))
        self._held.callback(self._log.close)
        self.committed(self.measure(connection))

    def check(self) -> None:
        with self._checking:
            self._check()

    def _check(self) -> None:
        try:
            found = self._path.stat()
            is_same = _identity(found) == self._identity and found.st_size >= self._size and self._is_ours()
            has_a_hole = found.st_mtime_ns != self._changed_at and not all(map(self._is_tree, self._roots))
            if not is_same or has_a_hole or self._log is None or not self._log.is_whole():
                raise StoreReplaced
        except OSError as error:
            raise StoreReplaced from error
        self._size, self._changed_at = found.st_size, found.st_mtime_ns

    def measure(self, connection: sqlite3.Connection) -> Mark:
        return measured(connection)

    def committed(self, mark: Mark) -> None:
        self.check()
        self._high_water.note(mark)

    def has_room(self) -> bool:
        return shutil.disk_usage(self._path.parent).free >= ROOM_BYTES

    def release(self) -> None:
        self._held.close()

    def _is_tree(self, page_at: int) -> bool:
        """As the root of every table is. Not one that was cut off and has grown again, as a hole."""
        return os.pread(self._descriptor, 1, page_at) in TREES

    def _is_ours(self) -> bool:
        header = os.pread(self._descriptor, HEADER_BYTES, 0)
        return header.startswith(MAGIC) and header[HISTORY] in self._histories

    def _lock(self) -> None:
        try:
            if sys.platform == "linux":
                fcntl.fcntl(self._descriptor, fcntl.F_OFD_SETLK, _LOCK)
            else:
                fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 2**62)
        except OSError as error:
            # The descriptor stays open: if it is this process that has the file, closing would end SQLite's locks.
            raise StoreUnavailable(
                f"Another Locrit server is using {self._path}.",
                hint="Stop it first, or give this one another LOCRIT_DATA_DIR.",
            ) from error
        self._held.callback(os.close, self._descriptor)


class _WriteAheadLog:
    """It is there for as long as the database is open. It may be emptied and begun anew, by whoever copies it into the
    file, and is never cut."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_RDONLY)
        self._identity = _identity(os.fstat(self._descriptor))
        self._size, self._salts, self._last_frame_at = 0, b"", 0

    def is_whole(self) -> bool:
        """Raises OSError when it is gone. It is looked at between two equal sights of its header: who empties it at
        that moment, as forgetting does, has not cut it."""
        while True:
            header = self._header()
            found = self._path.stat()
            is_cut = header[LOG_SALTS] == self._salts and (found.st_size < self._size or self._has_a_hole())
            last_frame_at = self._end_of_frames(header, found.st_size)
            if header == self._header():
                break
        is_log = not header or header[:4] in LOG_MAGIC
        if _identity(found) != self._identity or not is_log or is_cut:
            return False
        self._size, self._salts, self._last_frame_at = found.st_size, header[LOG_SALTS], last_frame_at
        return True

    def close(self) -> None:
        os.close(self._descriptor)

    def _has_a_hole(self) -> bool:
        """Whether it was cut and has grown again: SQLite goes on writing where its end was."""
        return bool(self._last_frame_at) and not self._is_written(self._last_frame_at)

    def _header(self) -> bytes:
        return os.pread(self._descriptor, LOG_HEADER_BYTES, 0)

    def _end_of_frames(self, header: bytes, size: int) -> int:
        """Where the last one begins; 0 when there is none, or a power cut left its place empty."""
        frame_bytes = FRAME_HEADER_BYTES + int.from_bytes(header[PAGE_BYTES])
        frames = (size - LOG_HEADER_BYTES) // frame_bytes
        at = LOG_HEADER_BYTES + (frames - 1) * frame_bytes
        return at if frames > 0 and self._is_written(at) else 0

    def _is_written(self, frame_at: int) -> bool:
        return any(os.pread(self._descriptor, FRAME_HEADER_BYTES, frame_at))


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino
