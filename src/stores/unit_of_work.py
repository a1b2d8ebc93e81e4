"""What one batch of operations reads and writes (Fowler, "Patterns of Enterprise Application Architecture").

Four verbs: `query` what is stored, `write_now`, write later (`insert_later`, `increment`), `publish_after_commit`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

from sqlalchemy import Connection, CursorResult, Executable, Table, text

from src.errors import LocritError
from src.events import Event
from src.models import metadata
from src.stores import checksums
from src.stores.compiled_statement import CompiledStatement, insert_into

TABLES = metadata.sorted_tables
Store = Callable[[Connection, list[dict[str, Any]]], object]
Counter = Callable[..., None]


_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


class LateRefusal(Exception):
    """What was to be written later was refused: by then another operation may be the one that has it written."""


class UnitOfWork:
    """What is to be written later is stored together, by one statement for each table and counter, at the `flush`: when
    the batch ends, and before anything is read or written now that it might concern. So an operation sees what those
    before it in the batch have done."""

    def __init__(self, connection: Connection, process_id: str) -> None:
        self.process_id = process_id
        self.writes = 0
        """How many were asked for, of all kinds. An operation that refuses before its first one fails alone."""
        self.has_changed = False
        """Whether one of them is known to change a row: what changes none comes by a disk that takes nothing."""
        self.to_publish: list[Event] = []
        self.done_ops: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}
        """By user and id: what `stores.ops` has recorded in this batch."""
        self.unflushed = connection
        """To read what nothing that is to be written later concerns."""
        self.identities: dict[tuple[Table, str], Any] = {}
        """An identity map: what is stored and what is to be written later say together, by table and id."""
        self._rows: defaultdict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._gathered: defaultdict[Store, list[dict[str, Any]]] = defaultdict(list)
        self._increments: defaultdict[tuple[Counter, tuple[str, ...]], int] = defaultdict(int)

    @property
    def connection(self) -> Connection:
        """Flushed, for functions that read: ask for it anew each time, and do not keep it."""
        self.flush()
        return self.unflushed

    def query(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> CursorResult[Any]:
        return self.connection.execute(statement, parameters)

    @overload
    def write_now(self, statement: CompiledStatement, parameters: Mapping[str, Any]) -> list[Any]: ...

    @overload
    def write_now(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> CursorResult[Any]: ...

    def write_now(self, statement: CompiledStatement | Executable, parameters: Mapping[str, Any] | None = None) -> Any:
        """A change whose outcome the operation needs. Of a `CompiledStatement`, for what every message needs, the rows
        are given."""
        self.writes += 1
        if isinstance(statement, CompiledStatement):
            rows = statement.all(self.connection, parameters or {})
            self.has_changed |= bool(rows)
            return rows
        result = self.connection.execute(statement, parameters)
        self.has_changed |= result.rowcount > 0
        return result

    def write_each_now(self, statement: CompiledStatement, parameters: Sequence[Mapping[str, Any]]) -> None:
        self.writes += len(parameters)
        statement.many(self.connection, parameters)

    def insert_later(self, table: Table, row: dict[str, Any]) -> None:
        """Rows of one table have the same columns. Those of a table with checksums get theirs, and are counted."""
        self.writes += 1
        if checksums.covered(table):
            row = {**row, "checksum": checksums.of(table, row)}
            self.increment(checksums.count, table.name, amount=1)
        self._rows[table].append(row)

    def store_later(self, store: Store, row: dict[str, Any]) -> None:
        """As `insert_later`, by a function of the caller's: `store(connection, rows)` is called once with all rows, in
        their order. When it refuses, the batch fails and is done again one by one."""
        self.writes += 1
        self._gathered[store].append(row)

    def increment(self, counter: Counter, *key: str, amount: int) -> None:
        """Have `counter(connection, *key, total)` called once with the total for this key."""
        self.writes += 1
        self._increments[counter, key] += amount

    def publish_after_commit(self, event: Event) -> None:
        self.to_publish.append(event)

    def flush(self) -> None:
        """Store what was to be written later: a table before those that refer to it."""
        self.identities.clear()
        self.has_changed |= bool(self._rows or self._gathered)
        rows, self._rows = self._rows, defaultdict(list)
        gathered, self._gathered = self._gathered, defaultdict(list)
        increments, self._increments = self._increments, defaultdict(int)
        for table in sorted(rows, key=TABLES.index):
            insert_into(table, *rows[table][0]).many(self.unflushed, rows[table])
        try:
            for store, some in gathered.items():
                store(self.unflushed, some)
        except LocritError as refusal:
            raise LateRefusal from refusal
        for (counter, key), total in sorted(increments.items(), key=lambda item: item[0][1]):
            counter(self.unflushed, *key, total)


def hold(tx: UnitOfWork, name: str) -> None:
    """From what is read now until it is committed no other process comes that holds the same name. A file of SQLite has
    one process."""
    if tx.unflushed.dialect.name == "postgresql":
        tx.query(_HOLD, {"name": name})
