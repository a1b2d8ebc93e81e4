"""Damaging a database file by chance, and telling by eyes of our own whether anything of it can be read differently."""

import random
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from src.errors import LocritError
from src.stores.integrity.copies import examine

PAGE_BYTES = 1024
SECTOR_BYTES = 512

NOT_READ = {("jobs", "row_id")}
"""The order in which messages are indexed: that they all are is what counts."""
INDEX_PAGES = ("message_search_data", "message_search_idx")
"""Read through the words and places that they hold, as FTS5 gives them."""


def flip_a_bit(data: bytearray, chance: random.Random) -> str:
    at, bit = chance.randrange(len(data)), chance.randrange(8)
    data[at] ^= 1 << bit
    return f"bit {bit} of byte {at} flipped"


def overwrite_a_byte(data: bytearray, chance: random.Random) -> str:
    at = chance.randrange(len(data))
    data[at] = chance.randrange(256)
    return f"byte {at} is {data[at]}"


def zero_a_sector(data: bytearray, chance: random.Random) -> str:
    at = chance.randrange(len(data) // SECTOR_BYTES) * SECTOR_BYTES
    data[at : at + SECTOR_BYTES] = bytes(SECTOR_BYTES)
    return f"the sector at {at} is zero"


def cut_off(data: bytearray, chance: random.Random) -> str:
    at = chance.randrange(len(data) // PAGE_BYTES) * PAGE_BYTES
    del data[at:]
    return f"cut off at {at}"


Damage = Callable[[bytearray, random.Random], str]
DAMAGES: dict[Damage, int] = {flip_a_bit: 80, overwrite_a_byte: 12, zero_a_sector: 5, cut_off: 3}


def damaged(file: Path, copy: Path, chance: random.Random) -> str:
    """Write a copy with one damage; returns which."""
    [damage] = chance.choices(list(DAMAGES), weights=list(DAMAGES.values()))
    data = bytearray(file.read_bytes())
    told = damage(data, chance)
    copy.write_bytes(data)
    return told


def verdict(file: Path, before: Any, scratch: Path) -> str:
    """found, harmless, MISSED or CRASHED, of a damaged file that could be read as `before`."""
    try:
        report = examine(f"sqlite:///{file}").report
    except LocritError:
        return "found"
    except Exception as crash:  # noqa: BLE001 - whatever it is, people would see a traceback
        return f"CRASHED {crash!r}"
    if not report.ok:
        told = [problem for check in report.checks for problem in check.problems]
        return "found" if told and all(told) else "MISSED a sentence"
    differing = differences(before, readable(file, scratch))
    return f"MISSED {differing}" if differing else "harmless"


def readable(file: Path, scratch: Path) -> dict[str, Any]:
    """Everything that SQL can read of it, by table; the file itself is left alone."""
    copy = scratch / "readable.db"
    shutil.copyfile(file, copy)
    connection = sqlite3.connect(copy)
    connection.text_factory = bytes
    try:
        return _everything(connection)
    except sqlite3.Error as error:
        return {"unreadable": str(error)}
    finally:
        connection.close()


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Any]:
    return [
        (name, [row for row in before.get(name, []) if row not in after.get(name, [])][:2])
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _everything(connection: sqlite3.Connection) -> dict[str, Any]:
    schema = connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall()
    found: dict[str, Any] = {"schema": sorted((*row[:2], _plain(row[2])) for row in schema)}
    for type_, name, _ in schema:
        if type_ == b"table" and name.decode() not in INDEX_PAGES:
            found[name.decode()] = _cells(connection, name.decode())
    connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, message_search, instance)")
    found["words"] = sorted(connection.execute("SELECT * FROM temp.words").fetchall())
    return found


def _cells(connection: sqlite3.Connection, table: str) -> list[Any]:
    columns = [row[1].decode() for row in connection.execute(f"PRAGMA table_info({table})")]
    read = [f'"{name}", typeof("{name}")' for name in columns if (table, name) not in NOT_READ]
    return sorted(connection.execute(f"SELECT {', '.join(read)} FROM {table}").fetchall(), key=repr)


def _plain(sql: bytes | None) -> bytes:
    return re.sub(rb"[\s\"`\[\]]", b"", sql or b"").lower()
