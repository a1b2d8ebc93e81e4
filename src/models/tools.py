"""What models had done by tools."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text, text

from src.models.columns import flag, metadata, moment, partial, text_column

tool_results = Table(
    "tool_results",
    metadata,
    Column("id", Text, primary_key=True),
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("message_id", Text),
    text_column("name"),
    text_column("display_name"),
    text_column("arguments", "null"),
    text_column("result", "null"),
    Column("status", Text, nullable=False),
    flag("changes"),
    flag("asks"),
    Column("answer", Text),
    Column("error", Text),
    Column("duration_ms", BigInteger),
    Column("rev", Integer, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    moment("forgotten_at", nullable=True),
    partial("ix_tool_results_message_id", "message_id", text("message_id IS NOT NULL")),
)
