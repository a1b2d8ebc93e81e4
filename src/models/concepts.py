"""What is talked about: what people decided of it, and, derived from messages, how often it was said."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text

from src.models.columns import count, flag, metadata, moment, row_id_type, text_column

_SHOWN = text("mentions > 0")
_LISTED = ("owner_id", "locrit_id")

concepts = Table(
    "concepts",
    metadata,
    Column("id", Text, primary_key=True, comment="follows from the words: see `concept_index`"),
    Column("owner_id", Text, ForeignKey("users.id"), nullable=False),
    Column("locrit_id", Text, ForeignKey("locrits.id"), nullable=False),
    *(text_column(name) for name in ("name", "type", "description", "origin")),
    Column("merged_into", Text),
    Column("rev", Integer, nullable=False, server_default="1"),
    moment("created_at"),
    count("updated_at"),
    moment("deleted_at", nullable=True),
    moment("forgotten_at", nullable=True),
    Index("ix_concepts_locrit_id", "locrit_id"),
)

concept_mentions = Table(
    "concept_mentions",
    metadata,
    Column("row_id", row_id_type, primary_key=True, autoincrement=False, comment="of the message"),
    Column("term_id", Text, primary_key=True),
    Column("name", Text, nullable=False, comment="as the message writes it"),
    flag("is_name"),
    count("times"),
    moment("said_at"),
    Index("ix_concept_mentions_term_id", "term_id", "said_at", "row_id"),
)

concept_index = Table(
    "concept_index",
    metadata,
    Column("id", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("owner_id", "locrit_id")),
    Column("concept_id", Text, nullable=False, comment="itself, or what it was merged into"),
    count("own_mentions"),
    count("own_names"),
    *(text_column(name) for name in ("name", "folded", "type")),
    count("mentions"),
    *(count(name) for name in ("first_at", "last_at")),
    Index("ix_concept_index_concept_id", "concept_id"),
    *(
        Index(f"ix_concept_index_{name}", *_LISTED, name, "id", sqlite_where=_SHOWN, postgresql_where=_SHOWN)
        for name in ("mentions", "last_at")
    ),
)

concept_counts = Table(
    "concept_counts",
    metadata,
    *(Column(name, Text, primary_key=True) for name in _LISTED),
    count("concepts"),
)
