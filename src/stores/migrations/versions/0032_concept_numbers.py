"""Terms have numbers where what was said is counted: a message writes half as much. It is filled anew while the server
runs."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    for table in ("concept_mentions", "concept_index", "concept_counts"):
        op.drop_table(table)
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "concept_mentions",
        sa.Column("row_id", big, autoincrement=False, nullable=False, comment="of the message"),
        sa.Column("term", big, autoincrement=False, nullable=False, comment="its number"),
        sa.Column("name", sa.Text(), nullable=False, comment="as the message writes it"),
        sa.Column("is_name", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("times", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", "term", name=op.f("pk_concept_mentions")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_concept_mentions_term", "concept_mentions", ["term", "said_at", "row_id"])
    op.create_table(
        "concept_index",
        sa.Column("number", big, autoincrement=True, nullable=False, comment="of the term in what is derived"),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("place", big, nullable=False),
        sa.Column("root", big, nullable=True, comment="what it was merged into in the end; NULL: it is one by itself"),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in _OWN),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("name", "folded", "type")),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in _COUNTED),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_concept_index")),
        sa.UniqueConstraint("id", name=op.f("uq_concept_index_id")),
    )
    merged = sa.text("root IS NOT NULL")
    op.create_index("ix_concept_index_root", "concept_index", ["root"], sqlite_where=merged, postgresql_where=merged)
    shown = sa.text("mentions > 0")
    for name in ("mentions", "last_at"):
        index, columns = f"ix_concept_index_{name}", ["place", name, "number"]
        op.create_index(index, "concept_index", columns, sqlite_where=shown, postgresql_where=shown)
    op.create_table(
        "concept_counts",
        sa.Column("place", big, autoincrement=True, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("owner_id", "locrit_id")),
        sa.Column("concepts", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_concept_counts")),
        sa.UniqueConstraint("owner_id", "locrit_id", name=op.f("uq_concept_counts_owner_id_locrit_id")),
    )
    op.execute("DELETE FROM jobs WHERE kind = 'reindex'")
    op.execute("""
        INSERT INTO jobs (kind, entity_id)
        SELECT 'reindex', 'message_search' WHERE EXISTS (SELECT 1 FROM messages)""")


_OWN = ("own_mentions", "own_names")
_COUNTED = ("mentions", "first_at", "last_at")
