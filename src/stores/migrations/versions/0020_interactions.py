"""Each call of a model is a row; a Locrit may answer from another host."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

MS = ("load_ms", "prompt_ms", "first_token_ms", "completion_ms", "total_ms")


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("interactions"):
        return
    op.add_column("locrits", sa.Column("host", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "interactions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("generation_id", sa.Text(), nullable=True),
        sa.Column("round", sa.Integer(), server_default="1", nullable=False),
        sa.Column("host", sa.Text(), server_default="", nullable=False),
        sa.Column("model", sa.Text(), server_default="", nullable=False),
        sa.Column("options", sa.Text(), server_default="{}", nullable=False),
        sa.Column("think", sa.Text(), server_default="", nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
            for name in ("prompt_tokens", "completion_tokens")
        ),
        *(sa.Column(name, sa.Float(), server_default="0", nullable=False) for name in MS),
        sa.Column("done_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("checksum", sa.LargeBinary(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_interactions_conversation_id")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_interactions_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interactions")),
    )
    op.create_index("ix_interactions_conversation_id", "interactions", ["conversation_id", "id"])
    op.create_index("ix_interactions_message_id", "interactions", ["message_id"])
