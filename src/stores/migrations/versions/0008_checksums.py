"""Checksums in the rows that no event tells of, how many there are, and digests that cover the whole event."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from src.models import metadata
from src.stores import checksums, digests
from src.stores.engines import lenient

revision = "0008"
down_revision = "0007"

SEALED = ("users", "conversations", "message_versions", "generations", "generation_chunks", "ops", "memory_versions")


def upgrade() -> None:
    row_counts = op.create_table(
        "row_counts",
        sa.Column("table_name", sa.Text(), nullable=False, comment="a table whose rows have checksums"),
        sa.Column("rows", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_row_counts")),
    )
    for name in SEALED:
        op.add_column(name, sa.Column("checksum", sa.LargeBinary(), nullable=False, server_default=""))
    op.execute("UPDATE generations SET folded_idx = 0 WHERE status <> 'streaming'")
    with lenient(op.get_bind()) as connection:  # what is damaged already must not keep a server from starting
        for name in SEALED:
            rows = _seal_rows(connection, metadata.tables[name])
            connection.execute(sa.insert(row_counts), {"table_name": name, "rows": rows})
        _seal_events_anew(connection)


def _seal_rows(connection: sa.Connection, table: sa.Table) -> int:
    rows = connection.execute(sa.select(sa.text("*")).select_from(sa.table(table.name))).mappings().all()
    checksums.seal(table).many(connection, [checksums.seal_of(table, dict(row)) for row in rows])
    return len(rows)


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
        is_intact = digests.holds(event, was, digests.FIRST_PLACE)
        was = event["digest"]
        now = digests.digest(event, now) if is_intact else was
        yield event["seq"], now
