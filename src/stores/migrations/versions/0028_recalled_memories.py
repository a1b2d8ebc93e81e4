"""Which memories a reply was reminded of is kept. There were none, at first."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("recalled_memories"):
        return
    op.create_table(
        "recalled_memories",
        sa.Column("message_id", sa.Text(), nullable=False, comment="the reply that it was put before"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("memory_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("features", sa.Text(), server_default="{}", nullable=False),
        sa.Column("terms", sa.Text(), server_default="[]", nullable=False),
        sa.Column("checksum", sa.LargeBinary(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_recalled_memories_message_id")),
        sa.PrimaryKeyConstraint("message_id", "position", name=op.f("pk_recalled_memories")),
    )
    op.create_index("ix_recalled_memories_memory_id", "recalled_memories", ["memory_id"])
    op.create_index("ix_recalled_memories_question_id", "recalled_memories", ["question_id"])
