"""What is talked about: what people decided of it, and, derived from messages, how often it was said."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from src.models.columns import count, flag, metadata, moment, partial, row_id_type, text_column

_SHOWN = text("mentions > 0")

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
    Column("term", row_id_type, primary_key=True, autoincrement=False, comment="its number"),
    Column("name", Text, nullable=False, comment="as the message writes it"),
    flag("is_name"),
    count("times"),
    moment("said_at"),
    Index("ix_concept_mentions_term", "term", "said_at", "row_id"),
    sqlite_with_rowid=False,
)

concept_index = Table(
    "concept_index",
    metadata,
    Column("number", row_id_type, primary_key=True, autoincrement=True, comment="of the term in what is derived"),
    Column("id", Text, nullable=False, unique=True),
    Column("place", row_id_type, nullable=False),
    Column("root", row_id_type, comment="what it was merged into in the end; NULL: it is one by itself"),
    count("own_mentions"),
    count("own_names"),
    *(text_column(name) for name in ("name", "folded", "type")),
    count("mentions"),
    *(count(name) for name in ("first_at", "last_at")),
    partial("ix_concept_index_root", "root", text("root IS NOT NULL")),
    *(
        Index(f"ix_concept_index_{name}", "place", name, "number", sqlite_where=_SHOWN, postgresql_where=_SHOWN)
        for name in ("mentions", "last_at")
    ),
)
"""Each mention writes to several of its indexes, and to that of `concept_mentions`: numbers keep them small."""

concept_counts = Table(
    "concept_counts",
    metadata,
    Column("place", row_id_type, primary_key=True, autoincrement=True),
    *(Column(name, Text, nullable=False) for name in ("owner_id", "locrit_id")),
    count("concepts"),
    UniqueConstraint("owner_id", "locrit_id"),
)
"""What a person has with a Locrit is a place of concepts."""
