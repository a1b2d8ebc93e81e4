"""A checksum in each row that no event tells of: what a disk or a stray hand changes in it is noticed.

It covers every column but those that `checksum` of `src.models` leaves out, because they are compared with what they
follow from. Such rows are also counted, so that none disappears or comes unseen. `UnitOfWork.insert_later` stores them,
`change` and `remove` do the rest: with what is forgotten goes its checksum, by which it could be guessed.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    DefaultClause,
    Float,
    Integer,
    Table,
    bindparam,
    delete,
    update,
)
from sqlalchemy.dialects import sqlite

from src.models import row_counts
from src.stores.compiled_statement import CompiledStatement, new_values, update_of

if TYPE_CHECKING:
    from src.stores.unit_of_work import UnitOfWork

CHECKSUM_BYTES = 8
"""Against chance, not against people: who can write the row can write its checksum."""

_ROWS = sqlite.insert(row_counts).values(table_name=bindparam("of"), rows=bindparam("more"))
_COUNT = CompiledStatement(
    _ROWS.on_conflict_do_update(
        index_elements=[row_counts.c.table_name], set_={"rows": row_counts.c.rows + _ROWS.excluded.rows}
    )
)


@cache
def covered(table: Table) -> frozenset[str]:
    """The names of the columns that a row's checksum covers; none when the table has no checksums."""
    checksum = table.c.get("checksum")
    return frozenset() if checksum is None else frozenset(table.c.keys()) - {"checksum", *checksum.info["left_out"]}


def of(table: Table, row: Mapping[str, Any]) -> bytes:
    """Of what differs from the defaults, so that a new column leaves the checksums of older rows as they are.

    Raises ValueError for what no column can hold.
    """
    said = {
        name: value if plain is None else plain(value)
        for name, default, plain in _recipe(table)
        if (value := row.get(name, default)) != default
    }
    return hashlib.blake2b(to_json(said), digest_size=CHECKSUM_BYTES).digest()


def verify(table: Table, row: Mapping[str, Any]) -> bool:
    try:
        return bool(of(table, row) == row["checksum"])
    except ValueError:  # half a character
        return False


def change(tx: "UnitOfWork", table: Table, values: Mapping[str, Any], *where: ColumnElement[bool]) -> int:
    """Changes rows and their checksums; returns how many there were."""
    rows = tx.write_now(update(table).where(*where).values(values).returning(*table.c)).all()
    tx.write_each_now(set_checksum(table), [checksum_parameters(table, row._asdict()) for row in rows])
    return len(rows)


def change_one(tx: "UnitOfWork", table: Table, id_: str, values: Mapping[str, Any]) -> None:
    """As `change`, of the row with this id, if there is one: for what every reply needs."""
    rows = tx.write_now(_change_one(table, *values), new_values(values) | {"of_id": id_})
    tx.write_each_now(set_checksum(table), [checksum_parameters(table, row._asdict()) for row in rows])


@cache
def _change_one(table: Table, *columns: str) -> CompiledStatement:
    return update_of(table, columns, table.c.id == bindparam("of_id"), returning=table.c)


def remove(tx: "UnitOfWork", table: Table, *where: ColumnElement[bool]) -> None:
    tx.increment(count, table.name, amount=-tx.write_now(delete(table).where(*where)).rowcount)


@cache
def set_checksum(table: Table) -> CompiledStatement:
    """Takes what `checksum_parameters` gives."""
    key = [column == bindparam(f"of_{column.name}") for column in table.primary_key]
    return CompiledStatement(update(table).where(*key).values(checksum=bindparam("new_checksum")))


def checksum_parameters(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row that is so damaged that it has no checksum fits none."""
    try:
        checksum = of(table, row)
    except ValueError:
        checksum = b""
    return {f"of_{column.name}": row[column.name] for column in table.primary_key} | {"new_checksum": checksum}


def count(connection: Connection, table_name: str, rows: int) -> None:
    """Add to the number of rows. PostgreSQL looks after its files itself, and its processes would wait for each other
    at this one row."""
    if connection.dialect.name == "sqlite" and rows:
        _COUNT.all(connection, {"of": table_name, "more": rows})


@cache
def _recipe(table: Table) -> list[tuple[str, Any, Callable[[Any], Any] | None]]:
    """The name of each column that is covered, its default, and what makes the same of a value that is to be stored and
    of what a driver gives back of it."""
    plain: dict[type, Callable[[Any], Any]] = {Boolean: bool, Float: _exactly}
    # a plain str: SQLAlchemy's own kind takes the serializer ten times as long
    return [
        (str(name), _default(table.c[name]), plain.get(type(table.c[name].type))) for name in sorted(covered(table))
    ]


def _exactly(value: Any) -> Any:
    return float(value).hex() if isinstance(value, int | float) else value


def _default(column: Column[Any]) -> Any:
    if not isinstance(column.server_default, DefaultClause):
        return None
    default = str(column.server_default.arg)
    if isinstance(column.type, Boolean):
        return default == "true"
    return column.type.python_type(default) if isinstance(column.type, Integer | Float) else default
