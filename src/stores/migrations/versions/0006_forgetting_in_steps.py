"""Forgetting in committed steps and in copies, Locrits that are forgotten, memories with revisions and events."""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from src.stores.migrations import sealing

revision = "0006"
down_revision = "0005"

COLUMNS = (*sealing.FIRST_PLACE, "payload", "op_id", "salt", "payload_hash", "digest", "created_at")


def upgrade() -> None:
    op.add_column("locrits", sa.Column("forgotten_at", sa.BigInteger()))
    op.add_column("jobs", sa.Column("position", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("messages", sa.Column("copied_from", sa.Text()))
    _say_where_copies_are_from()
    _index()
    _memories()


def _index() -> None:
    op.create_index("ix_events_entity_id", "events", ["entity_id"])
    op.create_index("ix_generations_message_id", "generations", ["message_id"])
    for table in ("messages", "conversations", "memories"):
        if table == "memories":
            op.add_column(table, sa.Column("forgotten_at", sa.BigInteger()))
        _partial(f"ix_{table}_trash", table, ["deleted_at"], "deleted_at IS NOT NULL AND forgotten_at IS NULL")
    _partial("ix_messages_copied_from", "messages", ["copied_from"], "copied_from IS NOT NULL")
    _partial("ix_conversations_forked_from", "conversations", ["forked_from"], "forked_from IS NOT NULL")
    _partial("ix_jobs_in_steps", "jobs", ["row_id"], "kind <> 'index'")
    _partial("ix_jobs_entity_id", "jobs", ["entity_id"], "kind <> 'index'")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _say_where_copies_are_from() -> None:
    connection = op.get_bind()
    messages = sa.table("messages", sa.column("row_id"), sa.column("metadata"), sa.column("copied_from"))
    marked = sa.select(messages).where(messages.c.metadata.like('%"copied_from"%'))
    for row in connection.execute(marked).all():
        origin = json.loads(row.metadata).get("copied_from")
        if isinstance(origin, str):
            connection.execute(sa.update(messages).where(messages.c.row_id == row.row_id).values(copied_from=origin))


def _memories() -> None:
    op.add_column("memories", sa.Column("rev", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("memories", sa.Column("updated_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE memories SET updated_at = COALESCE(deleted_at, created_at)")
    op.create_table(
        "memory_versions",
        sa.Column("memory_id", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), server_default="", nullable=False),
        sa.Column("importance", sa.Float(), nullable=False),
        sa.Column("tags", sa.Text(), server_default="[]", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["memory_id"], ["memories.id"], name=op.f("fk_memory_versions_memory_id")),
        sa.PrimaryKeyConstraint("memory_id", "rev", name=op.f("pk_memory_versions")),
    )
    _tell_of_memories()


def _tell_of_memories() -> None:
    """What was remembered so far gets the event that it would have had."""
    connection = op.get_bind()
    everything = sa.text(
        "SELECT m.*, l.owner_id FROM memories m JOIN locrits l ON l.id = m.locrit_id ORDER BY m.created_at, m.id"
    )
    events = sa.table("events", *(sa.column(name) for name in COLUMNS))
    for row in connection.execute(everything).mappings().all():
        scope = f"user:{row['owner_id']}"
        seq = connection.execute(
            sa.text("UPDATE users SET head_seq = head_seq + 1 WHERE id = :id RETURNING head_seq"),
            {"id": row["owner_id"]},
        ).scalar_one()
        last = sa.select(events.c.digest).where(events.c.scope == scope, events.c.seq == seq - 1)
        event = {
            "scope": scope,
            "seq": seq,
            "type": "memory.deleted" if row["deleted_at"] is not None else "memory.created",
            "entity_id": row["id"],
            "rev": 1,
            "payload": json.dumps(_payload(row)),
            "op_id": f"memory:{row['id']}",
            "created_at": row["created_at"],
        }
        sealing.seal(event, connection.execute(last).scalar_one_or_none() or b"")
        connection.execute(sa.insert(events).values(event))


def _payload(row: Any) -> dict[str, Any]:
    moments = {
        name: _iso(row[name]) if row[name] is not None else None
        for name in ("created_at", "updated_at", "deleted_at", "forgotten_at")
    }
    return {
        "id": row["id"],
        "locrit_id": row["locrit_id"],
        "content": row["content"],
        "importance": row["importance"],
        "tags": json.loads(row["tags"]),
        "pinned": bool(row["pinned"]),
        "metadata": json.loads(row["metadata"]),
        "rev": row["rev"],
        **moments,
    }


def _iso(timestamp: int) -> str:
    moment = datetime.fromtimestamp(timestamp / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
