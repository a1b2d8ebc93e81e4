"""What is talked about: filled with the indexes of what was said, anew, while the server runs."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("concepts"):
        return
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "concepts",
        sa.Column("id", sa.Text(), nullable=False, comment="follows from the words: see `concept_index`"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("owner_id", "locrit_id")),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in _SAID),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("rev", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), server_default="0", nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("deleted_at", "forgotten_at")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_concepts_owner_id")),
        sa.ForeignKeyConstraint(["locrit_id"], ["locrits.id"], name=op.f("fk_concepts_locrit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concepts")),
    )
    op.create_index("ix_concepts_locrit_id", "concepts", ["locrit_id"])
    op.create_table(
        "concept_mentions",
        sa.Column("row_id", big, autoincrement=False, nullable=False, comment="of the message"),
        sa.Column("term_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="as the message writes it"),
        sa.Column("is_name", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("times", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", "term_id", name=op.f("pk_concept_mentions")),
    )
    op.create_index("ix_concept_mentions_term_id", "concept_mentions", ["term_id", "said_at", "row_id"])
    op.create_table(
        "concept_index",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "owner_id", "locrit_id")),
        sa.Column("concept_id", sa.Text(), nullable=False, comment="itself, or what it was merged into"),
        *(
            sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
            for name in ("own_mentions", "own_names")
        ),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("name", "folded", "type")),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in _COUNTED),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_index")),
    )
    op.create_index("ix_concept_index_concept_id", "concept_index", ["concept_id"])
    shown = sa.text("mentions > 0")
    for name in ("mentions", "last_at"):
        index, columns = f"ix_concept_index_{name}", ["owner_id", "locrit_id", name, "id"]
        op.create_index(index, "concept_index", columns, sqlite_where=shown, postgresql_where=shown)
    op.create_table(
        "concept_counts",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("owner_id", "locrit_id")),
        sa.Column("concepts", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "locrit_id", name=op.f("pk_concept_counts")),
    )
    op.execute("DELETE FROM jobs WHERE kind = 'reindex'")
    op.execute("""
        INSERT INTO jobs (kind, entity_id)
        SELECT 'reindex', 'message_search' WHERE EXISTS (SELECT 1 FROM messages)""")


_SAID = ("name", "type", "description", "origin")
_OWN = ("own_mentions", "own_names")
_COUNTED = ("mentions", "first_at", "last_at")
