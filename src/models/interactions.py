"""What was asked of models: a row a call."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Table, Text

from src.models.columns import checksum, count, metadata, moment, text_column


def _ms(name: str) -> Column[float]:
    return Column(name, Float, nullable=False, server_default="0")


interactions = Table(
    "interactions",
    metadata,
    Column("id", Text, primary_key=True),  # time-ordered: their order
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("message_id", Text, ForeignKey("messages.id")),
    Column("generation_id", Text),
    Column("round", Integer, nullable=False, server_default="1"),
    text_column("host"),
    text_column("model"),
    text_column("options", "{}"),
    text_column("think"),
    *(count(name) for name in ("prompt_tokens", "completion_tokens")),
    *(_ms(f"{name}_ms") for name in ("load", "prompt", "first_token", "completion", "total")),
    text_column("done_reason"),
    Column("status", Text, nullable=False),
    Column("error", Text),
    moment("started_at"),
    checksum(),
    Index("ix_interactions_conversation_id", "conversation_id", "id"),
    Index("ix_interactions_message_id", "message_id"),
)
