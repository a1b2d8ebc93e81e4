"""Each value by itself, and each row that has a checksum."""

from sqlalchemy import Boolean, Column, Connection, Float, Integer, LargeBinary, Table, func, select

from src.models import metadata, row_counts
from src.stores import checksums
from src.stores.integrity.reading import UNREADABLE, Names, Problems, Row, reason, rows

_KINDS: tuple[tuple[type, type], ...] = ((Boolean, int), (Integer, int), (Float, float), (LargeBinary, bytes))


def values(connection: Connection) -> Problems:
    """Every value is of the kind of its column, and every row that has a checksum is what was saved."""
    names = Names(connection)
    for table in metadata.sorted_tables:
        try:
            for row in rows(connection, table):
                wrong = _wrong(connection, table, row)
                yield f"{names.of(table, row)}: {wrong}." if wrong else None
        except UNREADABLE as error:
            yield f"The table {table.name} cannot be read to its end: {reason(error)}."


def numbers_of_rows(connection: Connection) -> Problems:
    """No row that has a checksum disappeared, none came unseen."""
    if connection.dialect.name != "sqlite":  # see `checksums.count`
        return
    stored = {row["table_name"]: row["rows"] for row in rows(connection, row_counts)}
    with_checksums = {table.name: table for table in metadata.sorted_tables if checksums.covered(table)}
    for name in sorted(stored.keys() | with_checksums.keys(), key=str):
        found = (
            connection.scalar(select(func.count()).select_from(with_checksums[name]))
            if name in with_checksums
            else None
        )
        saved = stored.get(name, 0)
        yield None if found == saved else f"{name}: {found} rows are there, {saved} were saved."


def _wrong(connection: Connection, table: Table, row: Row) -> str | None:
    unfit = [column.name for column in table.c if not _fits(column, row[column.name])]
    if unfit and connection.dialect.name == "sqlite":  # PostgreSQL lets no other kind in
        return f"{', '.join(unfit)} cannot be read"
    if checksums.covered(table) and not checksums.verify(table, row):
        return "this is not what was saved"
    return None


def _fits(column: Column[object], value: object) -> bool:
    if value is None:
        return bool(column.nullable)
    kind = next((kind for type_, kind in _KINDS if isinstance(column.type, type_)), str)
    if type(value) is not kind:
        return False
    if isinstance(column.type, Boolean):
        return value in (0, 1)
    return not isinstance(value, str) or _is_text(value)


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # bytes that are no UTF-8: see `engines.lenient`
        return False
    return True
