"""What models had done by tools, and which tools a Locrit may use."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

IS_PLACED = sa.text("message_id IS NOT NULL")


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("tool_results"):
        return
    op.create_table(
        "tool_results",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text()),
        *(sa.Column(name, sa.Text(), nullable=False, server_default="") for name in ("name", "display_name")),
        *(sa.Column(name, sa.Text(), nullable=False, server_default="null") for name in ("arguments", "result")),
        sa.Column("status", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text("false"))
            for name in ("changes", "asks")
        ),
        *(sa.Column(name, sa.Text()) for name in ("answer", "error")),
        sa.Column("duration_ms", sa.BigInteger()),
        sa.Column("rev", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("created_at", "updated_at")),
        sa.Column("forgotten_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_results")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_tool_results_conversation_id_conversations")
        ),
    )
    op.create_index("ix_tool_results_conversation_id", "tool_results", ["conversation_id"])
    op.create_index(
        "ix_tool_results_message_id",
        "tool_results",
        ["message_id"],
        sqlite_where=IS_PLACED,
        postgresql_where=IS_PLACED,
    )
    op.add_column("locrits", sa.Column("tools", sa.Text(), nullable=False, server_default="{}"))
