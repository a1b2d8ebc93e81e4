"""What may be recalled, which is derived from messages; what was; and what people want of it."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from src.models.columns import checksum, flag, metadata, moment, row_id_type, text_column

recall_index = Table(
    "recall_index",
    metadata,
    Column("id", row_id_type, primary_key=True, autoincrement=True, comment="higher than all that were there before"),
    Column("row_id", row_id_type, nullable=False, unique=True, comment="of the message"),
    Column("units", Text, nullable=False),
    sqlite_autoincrement=True,
)

recalled = Table(
    "recalled",
    metadata,
    Column("message_id", Text, ForeignKey("messages.id"), primary_key=True, comment="the reply that it was put before"),
    Column("position", Integer, primary_key=True),
    Column("question_id", Text, nullable=False),
    Column("source_id", Text, nullable=False, comment="the message that said it"),
    Column("source_rev", Integer, nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("start", "end")),
    Column("score", Float, nullable=False),
    text_column("features", "{}"),
    text_column("terms", "[]"),
    checksum(),
    Index("ix_recalled_source_id", "source_id"),
    Index("ix_recalled_question_id", "question_id"),
)

recall_marks = Table(
    "recall_marks",
    metadata,
    Column("id", Text, primary_key=True, comment="of the message"),
    Column("owner_id", Text, ForeignKey("users.id"), nullable=False),
    Column("locrit_id", Text, nullable=False),
    Column("mark", Text, nullable=False),
    Column("rev", Integer, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    Index("ix_recall_marks_locrit_id", "locrit_id"),
)

vector_spaces = Table(
    "vector_spaces",
    metadata,
    Column("id", row_id_type, primary_key=True, autoincrement=True),
    Column("model", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("dimension", Integer, nullable=False),
    Column("chance", Float, nullable=False, comment="how near to each other it puts texts that are unrelated"),
    flag("in_use"),
    UniqueConstraint("model", "digest", "dimension"),
    sqlite_autoincrement=True,
)
"""Models whose vectors are kept: those of the one in use, and of one that is to be."""

recall_vectors = Table(
    "recall_vectors",
    metadata,
    Column("id", row_id_type, primary_key=True, autoincrement=True, comment="higher than all that were there before"),
    Column("space_id", row_id_type, ForeignKey("vector_spaces.id", ondelete="CASCADE"), nullable=False),
    Column("index_id", row_id_type, ForeignKey("recall_index.id", ondelete="CASCADE"), nullable=False),
    Column("vectors", LargeBinary, nullable=False, comment="of each unit in its order: a scale, a byte a dimension"),
    Column("crc", BigInteger, nullable=False, comment="of the vectors, and of what they are of"),
    UniqueConstraint("index_id", "space_id"),
    Index("ix_recall_vectors_space_id", "space_id", "id"),
    sqlite_autoincrement=True,
)
