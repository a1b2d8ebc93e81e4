"""Conversations, their messages, and the replies that are written."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from src.models.columns import (
    IN_TRASH,
    checksum,
    count,
    flag,
    metadata,
    moment,
    partial,
    row_id_type,
    text_column,
)

_running = text("status = 'streaming'")

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("locrit_id", Text, ForeignKey("locrits.id"), nullable=False),
    Column("owner_id", Text, ForeignKey("users.id"), nullable=False),
    Column("user_id", Text, nullable=False),
    Column("session_id", Text, nullable=False),
    text_column("title"),
    text_column("preview"),
    *(flag(name) for name in ("starred", "pinned", "archived")),
    text_column("tags", "[]"),
    text_column("think"),
    text_column("metadata", "{}"),
    count("head_seq"),
    count("message_seq"),
    count("message_count"),
    Column("leaf_id", Text),  # the newest message: what is said next follows it
    Column("forked_from", Text),
    Column("rev", Integer, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    moment("deleted_at", nullable=True),
    moment("forgotten_at", nullable=True),
    checksum(
        *("title", "starred", "pinned", "archived", "tags", "think", "metadata", "rev"),  # its newest event
        *("deleted_at", "forgotten_at"),  # that, too
        *("head_seq", "message_seq", "message_count", "preview", "leaf_id", "updated_at"),  # its messages and changes
    ),
    Index("ix_conversations_session", "locrit_id", "user_id", "session_id"),
    Index("ix_conversations_recent", "owner_id", "updated_at", "id"),
    Index("ix_conversations_locrit_recent", "locrit_id", "updated_at", "id"),
    partial("ix_conversations_trash", "deleted_at", IN_TRASH),
    partial("ix_conversations_forked_from", "forked_from", text("forked_from IS NOT NULL")),
)

messages = Table(
    "messages",
    metadata,
    Column("row_id", row_id_type, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("locrit_id", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("parent_id", Text),
    Column("role", Text, nullable=False),
    Column("status", Text, nullable=False),
    text_column("content"),
    Column("parts", Text),  # NULL: one text, which is the content
    Column("model", Text),
    Column("generation_id", Text),
    Column("usage", Text),
    Column("error", Text),
    Column("context", Text),
    text_column("metadata", "{}"),
    Column("copied_from", Text),  # as its metadata says; stays when it is forgotten, so that its own copies are found
    Column("rev", Integer, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    moment("deleted_at", nullable=True),
    moment("forgotten_at", nullable=True),
    UniqueConstraint("conversation_id", "seq"),
    Index("ix_messages_locrit_recent", "locrit_id", "row_id"),
    partial("ix_messages_trash", "deleted_at", IN_TRASH),
    partial("ix_messages_copied_from", "copied_from", text("copied_from IS NOT NULL")),
)

message_versions = Table(
    "message_versions",
    metadata,
    Column("message_id", Text, ForeignKey("messages.id"), primary_key=True),
    Column("rev", Integer, primary_key=True),
    text_column("content"),
    Column("parts", Text),
    Column("status", Text, nullable=False),
    moment("created_at"),
    checksum(),
)

generations = Table(
    "generations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("message_id", Text, ForeignKey("messages.id"), nullable=False),
    Column("model", Text),
    Column("context", Text),
    Column("status", Text, nullable=False),
    Column("error", Text),
    count("folded_idx"),
    count("prompt_tokens"),
    count("completion_tokens"),
    Column("first_token_ms", Float, nullable=False, server_default="0"),
    Column("total_ms", Float, nullable=False, server_default="0"),
    moment("started_at"),
    moment("ended_at", nullable=True),
    Column("process_id", Text),
    flag("stop_requested"),
    checksum("folded_idx"),
    Index("ix_generations_message_id", "message_id"),
    Index("ix_generations_running", "conversation_id", sqlite_where=_running, postgresql_where=_running),
)

generation_chunks = Table(
    "generation_chunks",
    metadata,
    Column("generation_id", Text, ForeignKey("generations.id"), primary_key=True),
    Column("idx", Integer, primary_key=True, comment="number of chunks before the end of this text"),
    Column("text", Text, nullable=False),
    Column("kind", Text, comment="of which part it is; NULL: of the text"),
    Column("thought_ms", BigInteger, comment="how long the reasoning took that ends here"),
    checksum(),
)
