"""What was said may be recalled: an index that is filled with that of the search, anew, while the server runs."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("recall_index"):
        return
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "recall_index",
        sa.Column("id", big, autoincrement=True, nullable=False, comment="higher than all that were there before"),
        sa.Column("row_id", big, nullable=False, comment="of the message"),
        sa.Column("units", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recall_index"),
        sa.UniqueConstraint("row_id", name="uq_recall_index_row_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "recalled",
        sa.Column("message_id", sa.Text(), nullable=False, comment="the reply that it was put before"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False, comment="the message that said it"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("source_rev", "start", "end")),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("features", sa.Text(), server_default="{}", nullable=False),
        sa.Column("terms", sa.Text(), server_default="[]", nullable=False),
        sa.Column("checksum", sa.LargeBinary(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_recalled_message_id")),
        sa.PrimaryKeyConstraint("message_id", "position", name=op.f("pk_recalled")),
    )
    op.create_index("ix_recalled_source_id", "recalled", ["source_id"])
    op.create_index("ix_recalled_question_id", "recalled", ["question_id"])
    op.add_column("locrits", sa.Column("recall", sa.Text(), server_default="off", nullable=False))
    op.execute("DELETE FROM jobs WHERE kind = 'reindex'")
    op.execute("""
        INSERT INTO jobs (kind, entity_id)
        SELECT 'reindex', 'message_search' WHERE EXISTS (SELECT 1 FROM messages)""")
