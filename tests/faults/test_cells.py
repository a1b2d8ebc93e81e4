"""Every column of every table is covered: another value in it, a row too few, a row too many make verify red.

A column or table that is new is tried too. When it fails here, say by what it is verified:

- what has events: tell the column in the entity (`src.entities`), and it is compared with the newest event;
- what has none: give the table a `checksum()` (`src.models`), store its rows by `UnitOfWork.insert_later`, change
  and remove them by `stores.checksums`, and give what is there its checksums in the migration (see 0008);
- what follows from other rows: leave it out of the checksum, and compare it in `stores.integrity`.
"""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Connection, Float, Integer, LargeBinary, Table, create_engine, text
from sqlalchemy.exc import IntegrityError

from src.models import metadata
from src.stores.engines import lenient
from src.stores.integrity import CHECKS
from src.stores.integrity.cells import values
from src.stores.integrity.changes import rows_match_changes
from src.stores.integrity.concepts import concepts
from src.stores.integrity.copies import examine
from src.stores.integrity.index import index, words
from src.stores.integrity.reading import UNREADABLE
from tests.faults.rich import lived

ROWS_TRIED = int(os.environ.get("CELLS", 2))
FREE = {
    "jobs.row_id": "the order in which messages are indexed: what comes of it is compared",
    "jobs.entity_id": "a message is indexed once more, and one that would not be is found by the index",
    "jobs.kind": "what else can be done to a message",
    "jobs.position": "a step is done once more, or nothing is left of it",
    "jobs.units": "how far it is shown to have come",
    "jobs.part_of": "whether that is shown",
    "jobs.owner_id": "to whom that is shown",
    "jobs.op_id": "a repeat of the operation does not wait for the rest of it",
    "jobs.attempts": "how long it waits when it fails once more",
    "jobs.not_before": "when it is done",
    "jobs.lease": "by whom it is done",
    "jobs.last_error": "why it was not done yet",
    "recall_index.id": "what came into the index when: what it says is compared",
    "recall_vectors.id": "what was embedded when: the rest is compared",
    "vector_spaces.in_use": "it follows from the setting, and is set right at the next look at it",
}
FREE_OF_FORGOTTEN = {
    "messages.copied_from": "of what it was copied from nothing else is left; of all others metadata says it"
}
FREE_ROWS = {
    "jobs": "as above",
    "recall_vectors": "what has none is embedded",
    "vector_spaces": "what has no vectors of the model that is set is embedded",
}
WAIT = "SELECT entity_id FROM jobs WHERE kind = 'index'"
MADE_ANEW = {"recall_index": f"row_id IN (SELECT row_id FROM messages WHERE id IN ({WAIT}))"}
"""Rows that a job is about to replace: what they say is not looked at."""
SLOWEST_LAST = sorted([*CHECKS.values(), words], key=[rows_match_changes, index, values, concepts].__contains__)
ALIKE = {f"activity.q{quarter}" for quarter in range(1, 95)}
"""One quarter of an hour is counted as the others are."""


def could_refer_to(column: Column[Any]) -> str | None:
    """Of rows of its own table, their key."""
    key, *others = column.table.primary_key
    is_one = column.nullable and not others and type(column.type) is type(key.type)
    return key.name if is_one else None


COLUMNS = [(table, column) for table in metadata.sorted_tables for column in table.c if str(column) not in ALIKE]
REFERRING = [(table, column) for table, column in COLUMNS if could_refer_to(column)]
each_column = pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[str(column) for _, column in COLUMNS])


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rich") / "locrit.db"
    asyncio.run(lived(path))
    assert examine(f"sqlite:///{path}").report.ok
    return path


@pytest.fixture(scope="module")
def connection(rich: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{rich}")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def is_green_after(connection: Connection, statement: str, **values: Any) -> bool:
    """Whether verify finds nothing when the statement has changed something. What the database refuses is found."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        assert connection.execute(text(statement), values).rowcount > 0
        return not finds_something(connection)
    except IntegrityError:
        return False
    finally:
        connection.rollback()


def finds_something(connection: Connection) -> bool:
    """As `verify`, which goes on after the first thing that it finds."""
    try:
        with lenient(connection):
            return any(finding is not None for check in SLOWEST_LAST for finding in check(connection))
    except UNREADABLE:
        return True


def at(table: Table) -> str:
    """What tells its rows apart."""
    has_rowid = table.dialect_options["sqlite"]["with_rowid"]
    return "rowid" if has_rowid else " || ' ' || ".join(f'"{column.name}"' for column in table.primary_key)


def rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """The first and the last few."""
    tried = f"SELECT {at(table)} AS at, * FROM {table} WHERE NOT ({MADE_ANEW.get(table.name, 'FALSE')})"
    found = [dict(row) for row in connection.execute(text(tried)).mappings()]
    connection.rollback()
    assert found, f"{table} is empty: tests/faults/rich.py must fill it, or it cannot be tried"
    return found if len(found) <= ROWS_TRIED else found[: ROWS_TRIED // 2] + found[-ROWS_TRIED // 2 :]


def other_values(column: Column[Any], row: dict[str, Any]) -> Iterator[Any]:
    """What the column would take as well."""
    value = row[column.name]
    if column.nullable and value is not None:
        yield None
    if (key := could_refer_to(column)) and value != row[key]:
        yield row[key]  # itself
    if isinstance(column.type, Boolean):
        yield not value
    elif isinstance(column.type, Integer):
        yield 1 if value is None else value + 1
    elif isinstance(column.type, Float):
        yield value + 0.125
    elif isinstance(column.type, LargeBinary):
        yield b"" if value else b"x"
    else:
        yield f"{value or ''}x"


def judge(place: str, free: dict[str, str], unseen: list[Any]) -> None:
    assert unseen == [] or place in free, f"{place} can be changed, and verify is green: {__doc__}\n{unseen}"


@each_column
def test_another_value_is_found(connection: Connection, table: Table, column: Column[Any]) -> None:
    statement = f'UPDATE {table.name} SET "{column.name}" = :value WHERE {at(table)} = :at'
    unseen = [
        (row, value)
        for row in rows(connection, table)
        if str(column) not in FREE_OF_FORGOTTEN or row["forgotten_at"] is None
        for value in other_values(column, row)
        if is_green_after(connection, statement, value=value, at=row["at"])
    ]
    judge(str(column), FREE, unseen)


@each_column
def test_two_values_that_changed_places_are_found(connection: Connection, table: Table, column: Column[Any]) -> None:
    found = connection.execute(text(f'SELECT {at(table)}, "{column.name}" FROM {table.name}')).all()
    connection.rollback()
    a, b = found[0], next((row for row in reversed(found) if row[1] != found[0][1]), found[0])
    if a[1] == b[1] or column.primary_key:  # all the same, or the same rows in another order
        return
    swap = f"CASE {at(table)} WHEN :a THEN :of_b ELSE :of_a END WHERE {at(table)} IN (:a, :b)"
    values = {"a": a[0], "b": b[0], "of_a": a[1], "of_b": b[1]}
    is_green = is_green_after(connection, f'UPDATE {table.name} SET "{column.name}" = {swap}', **values)
    judge(str(column), FREE, [a, b] if is_green else [])


@pytest.mark.parametrize(("table", "column"), REFERRING, ids=[str(column) for _, column in REFERRING])
def test_a_circle_is_found(connection: Connection, table: Table, column: Column[Any]) -> None:
    """What leads from row to row ends, wherever it leads; from a row alone, to itself."""
    key, tried = could_refer_to(column) or "", rows(connection, table)
    a, b = tried[0], tried[-1]
    swap = f"CASE {at(table)} WHEN :a THEN :key_b ELSE :key_a END WHERE {at(table)} IN (:a, :b)"
    values = {"a": a["at"], "b": b["at"], "key_a": a[key], "key_b": b[key]}
    is_green = is_green_after(connection, f'UPDATE {table.name} SET "{column.name}" = {swap}', **values)
    judge(str(column), FREE, [a, b] if is_green else [])


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=str)
def test_a_row_that_disappeared_or_came_is_found(connection: Connection, table: Table) -> None:
    gone = f"DELETE FROM {table.name} WHERE {at(table)} = :at"
    *same, new = [*(column for column in table.c if not column.primary_key), *table.primary_key]
    names = ", ".join(f'"{column.name}"' for column in (*same, new))
    other = "+ 1000" if isinstance(new.type, Integer) else "|| 'x'"
    twin = names.removesuffix(f'"{new.name}"') + f'"{new.name}" {other}'
    double = f"INSERT INTO {table.name} ({names}) SELECT {twin} FROM {table.name} WHERE {at(table)} = :at"
    unseen = [
        (statement, row)
        for row in rows(connection, table)
        for statement in (gone, double)
        if is_green_after(connection, statement, at=row["at"])
    ]
    judge(table.name, FREE_ROWS, unseen)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE message_search_content SET c0 = upper(c0) WHERE c0 LIKE 'one%'",
        "UPDATE message_search_content SET c0 = c0 || '.'",
        "UPDATE message_search_content SET id = id + 1000 WHERE id = (SELECT max(id) FROM message_search_content)",
        "DELETE FROM message_search_content WHERE id = (SELECT max(id) FROM message_search_content)",
        "UPDATE message_search_docsize SET sz = x'7f'",
        "DELETE FROM message_search_docsize",
        "UPDATE message_search_data SET block = x'00'",
        "DELETE FROM message_search_data WHERE id > 10",
        "UPDATE message_search_config SET v = 5",
        "INSERT INTO message_search_config VALUES ('automerge', 2)",
    ],
)
def test_what_is_wrong_in_the_search_index_is_found(connection: Connection, change: str) -> None:
    assert not is_green_after(connection, change)


@pytest.mark.parametrize("version", ["0001", "0002", "9999", ""])
def test_another_version_is_found(rich: Path, tmp_path: Path, version: str) -> None:
    copy = tmp_path / "locrit.db"
    shutil.copyfile(rich, copy)
    engine = create_engine(f"sqlite:///{copy}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    engine.dispose()
    assert not examine(f"sqlite:///{copy}").report.ok
