"""Branches, forks, forgetting, and a digest chain over every scope's events."""

import sqlalchemy as sa
from alembic import op

from src.stores.migrations import sealing

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("leaf_id", sa.Text()))
    op.add_column("conversations", sa.Column("forked_from", sa.Text()))
    op.add_column("conversations", sa.Column("forgotten_at", sa.BigInteger()))
    op.add_column("messages", sa.Column("forgotten_at", sa.BigInteger()))
    op.add_column("events", sa.Column("salt", sa.LargeBinary()))
    op.add_column("events", sa.Column("payload_hash", sa.LargeBinary(), nullable=False, server_default=""))
    op.add_column("events", sa.Column("digest", sa.LargeBinary(), nullable=False, server_default=""))
    op.execute(
        "UPDATE conversations SET leaf_id = (SELECT id FROM messages WHERE conversation_id = conversations.id"
        " ORDER BY seq DESC LIMIT 1)"
    )
    _seal_what_is_there()


def _seal_what_is_there() -> None:
    connection = op.get_bind()
    events = sa.table(
        "events", *(sa.column(name) for name in (*sealing.FIRST_PLACE, "payload", "salt", "payload_hash", "digest"))
    )
    before = b""
    scope = None
    for row in connection.execute(sa.select(events).order_by(events.c.scope, events.c.seq)).mappings().all():
        before, scope = (before if row["scope"] == scope else b""), row["scope"]
        sealed = dict(row)
        sealing.seal(sealed, before)
        before = sealed["digest"]
        connection.execute(
            sa.update(events)
            .where(events.c.scope == scope, events.c.seq == row["seq"])
            .values(salt=sealed["salt"], payload_hash=sealed["payload_hash"], digest=before)
        )
