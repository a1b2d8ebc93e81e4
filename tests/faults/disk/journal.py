"""The shim's journal, and what a disk may look like when the power goes out at some point of it.

The model: what was synced is there. Of what was written since, any set of 512-byte sectors is there, in no order; a
truncation happened or not. A file that was created or unlinked since the last sync of its directory exists or not.
Of what a failed sync should have made durable, some set of sectors is on the disk, and a later sync adds none: the
operating system has forgotten them (Rebello et al., "Can Applications Recover from fsync Failures?", 2020).
"""

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
SURVIVAL = (0.0, 0.1, 0.5, 0.9, 1.0)
"""How likely an un-synced sector is there: a cut takes one of these. With 1 it is a kill, not a power cut."""

_HEAD = struct.Struct("=IIQQ")
NOTE = "N"
WRITTEN = "W"


@dataclass(frozen=True, slots=True)
class Record:
    """`kind` is one of shim.c's, or NOTE: something that the process wanted to remember at this point."""

    kind: str
    name: str
    offset: int
    data: bytes


def read(journal: Path) -> Iterator[Record]:
    with journal.open("rb") as file:
        while head := file.read(_HEAD.size):
            kind, name_bytes, offset, data_bytes = _HEAD.unpack(head)
            yield Record(chr(kind), file.read(name_bytes).decode(), offset, file.read(data_bytes))


def note(text: str) -> bytes:
    """To be appended to the journal in one write."""
    data = text.encode()
    return _HEAD.pack(ord(NOTE), 0, 0, len(data)) + data


@dataclass
class _File:
    durable: bytearray = field(default_factory=bytearray)
    pending: list[Record] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.pending:
            _apply(self.durable, change)
        self.pending.clear()

    def fail_to_sync(self, chance: random.Random) -> None:
        self.durable = self.after_power_cut(chance, chance.choice(SURVIVAL))
        self.pending.clear()

    def after_power_cut(self, chance: random.Random, survival: float) -> bytearray:
        content = bytearray(self.durable)
        for change in self.pending:
            if change.kind == "T":
                if chance.random() < survival:
                    _apply(content, change)
                continue
            for sector in _sectors(change):
                if chance.random() < survival:
                    _apply(content, sector)
        return content


class Disk:
    """Takes the records in, one after the other; can be cut off after any of them."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._files: dict[str, _File] = {}
        self._links: dict[str, _File] = {}
        """What the directory says, as it was last synced."""
        self._relinked: list[tuple[str, _File | None]] = []
        """Creations and removals since then."""

    def take(self, record: Record) -> None:
        name = record.name
        match record.kind:
            case "C":
                self._link(name, _File())
            case "U":
                self._link(name, None)
            case "W" | "T" if name in self._files:  # one that is unlinked but still open has no name
                self._files[name].pending.append(record)
            case "S" if name == ".":
                self._links = dict(self._files)
                self._relinked.clear()
            case "S" if name in self._files:
                self._files[name].sync()
            case "F" if name in self._files:
                self._files[name].fail_to_sync(self._chance)

    def rebuild(self, directory: Path) -> None:
        """Fill `directory` with what may be found after a power cut now."""
        directory.mkdir()
        survival = self._chance.choice(SURVIVAL)
        for name, file in self._found(survival).items():
            (directory / name).write_bytes(file.after_power_cut(self._chance, survival))

    def _link(self, name: str, file: _File | None) -> None:
        self._relinked.append((name, file))
        if file is None:
            self._files.pop(name, None)
        else:
            self._files[name] = file

    def _found(self, survival: float) -> dict[str, _File]:
        found = dict(self._links)
        for name, file in self._relinked:
            if self._chance.random() < survival:
                if file is None:
                    found.pop(name, None)
                else:
                    found[name] = file
        return found


def _apply(content: bytearray, change: Record) -> None:
    if change.kind == "T":
        del content[change.offset :]
        content.extend(bytes(change.offset - len(content)))
        return
    content.extend(bytes(max(0, change.offset - len(content))))
    content[change.offset : change.offset + len(change.data)] = change.data


def _sectors(change: Record) -> Iterator[Record]:
    start, end = change.offset, change.offset + len(change.data)
    while start < end:
        next_ = min(end, (start // SECTOR + 1) * SECTOR)
        data = change.data[start - change.offset : next_ - change.offset]
        yield Record(WRITTEN, change.name, start, data)
        start = next_
