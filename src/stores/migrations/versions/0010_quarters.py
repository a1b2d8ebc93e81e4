"""Messages are counted by quarters of an hour, of which everybody's days can be made, and not by UTC days."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.drop_table("activity")
    op.create_table(
        "activity",
        sa.Column("locrit_id", sa.Text(), nullable=False),
        sa.Column("quarter", sa.BigInteger(), autoincrement=False, nullable=False, comment="of an hour, since 1970"),
        sa.Column("messages", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["locrit_id"], ["locrits.id"], name=op.f("fk_activity_locrit_id")),
        sa.PrimaryKeyConstraint("locrit_id", "quarter", name=op.f("pk_activity")),
    )
    op.execute("""
        INSERT INTO activity (locrit_id, quarter, messages)
        SELECT m.locrit_id, m.created_at / 900000,
               COUNT(*) FILTER (WHERE m.deleted_at IS NULL AND c.deleted_at IS NULL)
        FROM messages m JOIN conversations c ON c.id = m.conversation_id
        GROUP BY m.locrit_id, m.created_at / 900000
    """)
