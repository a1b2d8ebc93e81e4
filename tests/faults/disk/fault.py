"""What fails on the disk under this process, decided at run time."""

import mmap
import struct
from pathlib import Path

_LAYOUT = struct.Struct("=IIIII")  # struct fault in shim.c


class Fault:
    """Shares `path` with the shim."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _LAYOUT.size)

    @staticmethod
    def prepare(path: Path) -> Path:
        path.write_bytes(bytes(_LAYOUT.size))
        return path

    def arm(self, at: int, error: int, *, lasting: bool) -> None:
        """The `at`-th call from now on fails with this errno; if `lasting`, those after it too."""
        self.repair()
        _LAYOUT.pack_into(self._shared, 0, 0, at, error, lasting, 0)

    def repair(self) -> None:
        _LAYOUT.pack_into(self._shared, 0, 0, 0, 0, 0, self.hits)

    @property
    def hits(self) -> int:
        """How many calls failed since it was armed."""
        return int(_LAYOUT.unpack_from(self._shared)[4])
