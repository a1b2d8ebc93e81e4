"""What is remembered beside messages."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Table, Text

from src.models.columns import IN_TRASH, checksum, count, flag, metadata, moment, partial, text_column

memories = Table(
    "memories",
    metadata,
    Column("id", Text, primary_key=True),
    Column("locrit_id", Text, ForeignKey("locrits.id"), nullable=False),
    Column("content", Text, nullable=False),
    Column("importance", Float, nullable=False),
    text_column("tags", "[]"),
    flag("pinned"),
    text_column("metadata", "{}"),
    moment("valid_from", nullable=True),
    moment("valid_to", nullable=True),
    text_column("origin", "person"),
    flag("suggested"),
    text_column("sources", "[]"),
    Column("replaces", Text),
    Column("stub_digest", Text),
    Column("rev", Integer, nullable=False, server_default="1"),
    moment("created_at"),
    count("updated_at"),
    moment("deleted_at", nullable=True),
    moment("forgotten_at", nullable=True),
    Index("ix_memories_locrit_recent", "locrit_id", "created_at"),
    partial("ix_memories_trash", "deleted_at", IN_TRASH),
)

memory_versions = Table(
    "memory_versions",
    metadata,
    Column("memory_id", Text, ForeignKey("memories.id"), primary_key=True),
    Column("rev", Integer, primary_key=True),
    text_column("content"),
    Column("importance", Float, nullable=False),
    text_column("tags", "[]"),
    moment("valid_from", nullable=True),
    moment("valid_to", nullable=True),
    moment("created_at"),
    checksum(),
)

recalled_memories = Table(
    "recalled_memories",
    metadata,
    Column("message_id", Text, ForeignKey("messages.id"), primary_key=True, comment="the reply that it was put before"),
    Column("position", Integer, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("question_id", "memory_id")),
    Column("score", Float, nullable=False),
    text_column("features", "{}"),
    text_column("terms", "[]"),
    checksum(),
    Index("ix_recalled_memories_memory_id", "memory_id"),
    Index("ix_recalled_memories_question_id", "question_id"),
)
