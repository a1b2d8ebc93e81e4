"""What was said may be found by its meaning: vectors beside the index of what is recalled. There are none, at first."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("vector_spaces"):
        return
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "vector_spaces",
        sa.Column("id", big, autoincrement=True, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("model", "digest")),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column(
            "chance", sa.Float(), nullable=False, comment="how near to each other it puts texts that are unrelated"
        ),
        sa.Column("in_use", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vector_spaces")),
        sa.UniqueConstraint("model", "digest", "dimension", name=op.f("uq_vector_spaces_model_digest_dimension")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "recall_vectors",
        sa.Column("id", big, autoincrement=True, nullable=False, comment="higher than all that were there before"),
        *(sa.Column(name, big, nullable=False) for name in ("space_id", "index_id")),
        sa.Column(
            "vectors",
            sa.LargeBinary(),
            nullable=False,
            comment="of each unit in its order: a scale, a byte a dimension",
        ),
        sa.Column("crc", sa.BigInteger(), nullable=False, comment="of the vectors, and of what they are of"),
        sa.ForeignKeyConstraint(
            ["space_id"], ["vector_spaces.id"], name=op.f("fk_recall_vectors_space_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["index_id"], ["recall_index.id"], name=op.f("fk_recall_vectors_index_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_vectors")),
        sa.UniqueConstraint("index_id", "space_id", name=op.f("uq_recall_vectors_index_id_space_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_recall_vectors_space_id", "recall_vectors", ["space_id", "id"])
    op.add_column("server_settings", sa.Column("meaning", sa.Text(), server_default="", nullable=False))
