"""Statements that SQLAlchemy compiles once and the driver then runs by itself, in a fifth of the time.

For what every message needs. Values go to the driver and come back as they are, so the types of bound and selected
columns must need no conversion by SQLAlchemy; a boolean is 0 or 1 on SQLite.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Dialect, Table, bindparam, insert, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import ClauseElement

Parameters = Mapping[str, Any]


class CompiledStatement:
    """Rows are named tuples. Raises DBAPIError, as an execution by SQLAlchemy would."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def all(self, connection: Connection, parameters: Parameters) -> list[Any]:
        compiled = self._for(connection.dialect)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(compiled.sql, compiled.bound(parameters))
            return compiled.rows(cursor) if cursor.description else []
        except connection.dialect.loaded_dbapi.Error as error:
            raise compiled.failure(error) from error
        finally:
            cursor.close()

    def first(self, connection: Connection, parameters: Parameters) -> Any | None:
        rows = self.all(connection, parameters)
        return rows[0] if rows else None

    def many(self, connection: Connection, parameters: Sequence[Parameters]) -> int:
        """Once for each of them; how many rows that concerned."""
        compiled = self._for(connection.dialect)
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(compiled.sql, [compiled.bound(each) for each in parameters])
            return int(cursor.rowcount)
        except connection.dialect.loaded_dbapi.Error as error:
            raise compiled.failure(error) from error
        finally:
            cursor.close()

    def _for(self, dialect: Dialect) -> "_Compiled":
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = _Compiled(self._statement, dialect)
        return self._compiled[dialect.name]


class _Compiled:
    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._dialect = dialect
        self._constants = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}
        self._order: list[str] | None = compiled.positiontup
        self._row: Callable[[Iterable[Any]], Any] | None = None

    def bound(self, parameters: Parameters) -> Any:
        values = {**self._constants, **parameters} if self._constants else parameters
        return values if self._order is None else [values[name] for name in self._order]

    def rows(self, cursor: Any) -> list[Any]:
        if self._row is None:
            self._row = _row_of([column[0] for column in cursor.description])
        return [self._row(row) for row in cursor.fetchall()]

    def failure(self, error: Exception) -> BaseException:
        base = self._dialect.loaded_dbapi.Error
        return DBAPIError.instance(self.sql, None, error, base, hide_parameters=True, dialect=self._dialect)


def _row_of(names: list[str]) -> Callable[[Iterable[Any]], Any]:
    row = namedtuple("row", names)  # type: ignore[misc]  # names that only the database knows
    return row._make


def update_of(
    table: Table, columns: Iterable[str], *where: ColumnElement[bool], returning: Iterable[Column[Any]]
) -> CompiledStatement:
    """Sets these columns to `new_values`, beside which the parameters of `where` are bound."""
    values: dict[str, Any] = {name: bindparam(_new(name)) for name in columns}
    return CompiledStatement(update(table).where(*where).values(values).returning(*returning))


def new_values(values: Parameters) -> dict[str, Any]:
    return {_new(name): value for name, value in values.items()}


def _new(name: str) -> str:
    """Apart from what the row is found by."""
    return f"new_{name}"


@cache
def insert_into(table: Table, *columns: str) -> CompiledStatement:
    return CompiledStatement(insert(table).inline().values({name: bindparam(name) for name in columns}))
