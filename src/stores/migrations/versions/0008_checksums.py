"""Checksums in the rows that no event tells of, how many there are, and digests that cover the whole event."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

from src.stores.migrations import sealing

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    row_counts = op.create_table(
        "row_counts",
        sa.Column("table_name", sa.Text(), nullable=False, comment="a table whose rows have checksums"),
        sa.Column("rows", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_row_counts")),
    )
    for name in sealing.KEYS:
        op.add_column(name, sa.Column("checksum", sa.LargeBinary(), nullable=False, server_default=""))
    op.execute("UPDATE generations SET folded_idx = 0 WHERE status <> 'streaming'")
    with _lenient(op.get_bind()) as connection:  # what is damaged already must not keep a server from starting
        for name in sealing.KEYS:
            rows = _seal_rows(connection, name)
            connection.execute(sa.insert(row_counts), {"table_name": name, "rows": rows})
        _seal_events_anew(connection)


@contextmanager
def _lenient(connection: sa.Connection) -> Iterator[sa.Connection]:
    """SQLite's driver refuses text that is not UTF-8. Meanwhile it gives what it cannot decode as surrogates."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
    try:
        yield connection
    finally:
        if connection.dialect.name == "sqlite":
            driver.text_factory = str


def _seal_rows(connection: sa.Connection, name: str) -> int:
    rows = connection.execute(sa.text(f"SELECT * FROM {name}")).mappings()  # noqa: S608 - a name of ours
    key = " AND ".join(f"{column} = :{column}" for column in sealing.KEYS[name])
    seal = sa.text(f"UPDATE {name} SET checksum = :checksum WHERE {key}")  # noqa: S608
    sealed = [{**row, "checksum": sealing.checksum(name, {**row})} for row in rows]
    if sealed:
        connection.execute(seal, sealed)
    return len(sealed)


def _seal_events_anew(connection: sa.Connection) -> None:
    of_scope = sa.text("SELECT * FROM events WHERE scope = :scope ORDER BY seq")
    update = sa.text("UPDATE events SET digest = :digest WHERE scope = :scope AND seq = :seq")
    for scope in connection.execute(sa.text("SELECT DISTINCT scope FROM events")).scalars().all():
        log = connection.execute(of_scope, {"scope": scope}).mappings().all()
        sealed = [{"digest": digest, "scope": scope, "seq": seq} for seq, digest in _anew(log)]
        connection.execute(update, sealed)


def _anew(log: Sequence[Any]) -> Iterator[tuple[int, bytes]]:
    """An event that is not what was written keeps its digest, by which that is known."""
    was = now = b""
    for event in log:
        is_intact = sealing.holds(event, was)
        was = event["digest"]
        now = sealing.digest(event, now, sealing.PLACE) if is_intact else was
        yield event["seq"], now
