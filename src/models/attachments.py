"""Files that people give to conversations. Their bytes are in the data directory, by their hash: see `stores.files`."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from src.models.columns import checksum, metadata, moment

attachments = Table(
    "attachments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner_id", Text, ForeignKey("users.id"), nullable=False),
    *(Column(name, Text, nullable=False) for name in ("name", "media_type")),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False, comment="of the bytes, by which their file is called"),
    *(Column(name, Integer, nullable=True) for name in ("width", "height", "pages", "text_chars")),
    Column("rev", Integer, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    moment("forgotten_at", nullable=True),
    Index("ix_attachments_sha256", "sha256"),
)

attachment_texts = Table(
    "attachment_texts",
    metadata,
    Column("attachment_id", Text, primary_key=True),
    Column("content", Text, nullable=False),
    checksum(),
    comment="the beginning of what a file says, by which the messages that have it are found",
)

message_attachments = Table(
    "message_attachments",
    metadata,
    Column("message_id", Text, ForeignKey("messages.id"), primary_key=True),
    Column("attachment_id", Text, primary_key=True, comment="which may not be there, after a backup without it"),
    Index("ix_message_attachments_attachment_id", "attachment_id"),
    comment="which messages, or versions of them, have a file: it is kept for as long as there is one",
)
