"""What replies made that is used by itself."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text

from src.models.columns import IN_TRASH, checksum, metadata, moment, partial, text_column

artifacts = Table(
    "artifacts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("locrit_id", Text, ForeignKey("locrits.id"), nullable=False),
    Column("message_id", Text, ForeignKey("messages.id")),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("type", Text, nullable=False),
    Column("name", Text, nullable=False),
    text_column("language"),
    text_column("content"),
    text_column("css"),
    text_column("metadata", "{}"),
    Column("copied_from", Text),
    Column("version", Integer, nullable=False, server_default="1"),
    moment("version_at"),
    Column("rev", Integer, nullable=False, server_default="1"),
    moment("created_at"),
    moment("updated_at"),
    moment("deleted_at", nullable=True),
    moment("forgotten_at", nullable=True),
    Index("ix_artifacts_conversation_recent", "conversation_id", "updated_at", "id"),
    Index("ix_artifacts_locrit_recent", "locrit_id", "updated_at", "id"),
    partial("ix_artifacts_message_id", "message_id", text("message_id IS NOT NULL")),
    partial("ix_artifacts_copied_from", "copied_from", text("copied_from IS NOT NULL")),
    partial("ix_artifacts_trash", "deleted_at", IN_TRASH),
)

artifact_versions = Table(
    "artifact_versions",
    metadata,
    Column("artifact_id", Text, ForeignKey("artifacts.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    text_column("content"),
    text_column("css"),
    moment("created_at"),
    checksum(),
)
