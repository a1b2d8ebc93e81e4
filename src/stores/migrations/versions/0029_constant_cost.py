"""What a summary shows is counted so that it costs the same at any size: a row a day, and one a role and model."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

SHOWN = "m.deleted_at IS NULL AND c.deleted_at IS NULL"
JOINED = "FROM messages m JOIN conversations c ON c.id = m.conversation_id"
QUARTERS = range(96)


def upgrade() -> None:
    op.drop_table("activity")
    op.create_table(
        "activity",
        sa.Column("locrit_id", sa.Text(), nullable=False),
        sa.Column("day", sa.BigInteger(), autoincrement=False, nullable=False, comment="of UTC, since 1970"),
        *(sa.Column(f"q{quarter}", sa.BigInteger(), server_default="0", nullable=False) for quarter in QUARTERS),
        sa.ForeignKeyConstraint(["locrit_id"], ["locrits.id"], name=op.f("fk_activity_locrit_id")),
        sa.PrimaryKeyConstraint("locrit_id", "day", name=op.f("pk_activity")),
    )
    op.drop_table("message_counts", if_exists=True)
    op.create_table(
        "message_counts",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("locrit_id", "role")),
        sa.Column("model", sa.Text(), nullable=False, comment="that wrote them; empty where none did"),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in ("messages", "characters")),
        sa.ForeignKeyConstraint(["locrit_id"], ["locrits.id"], name=op.f("fk_message_counts_locrit_id")),
        sa.PrimaryKeyConstraint("locrit_id", "role", "model", name=op.f("pk_message_counts")),
    )
    counted = ", ".join(
        f"COUNT(*) FILTER (WHERE m.created_at % 86400000 / 900000 = {quarter} AND {SHOWN})" for quarter in QUARTERS
    )
    op.execute(f"""
        INSERT INTO activity (locrit_id, day, {", ".join(f"q{quarter}" for quarter in QUARTERS)})
        SELECT m.locrit_id, m.created_at / 86400000, {counted}
        {JOINED} GROUP BY m.locrit_id, m.created_at / 86400000
    """)
    op.execute(f"""
        INSERT INTO message_counts (locrit_id, role, model, messages, characters)
        SELECT m.locrit_id, m.role, COALESCE(m.model, ''), COUNT(*),
               COALESCE(SUM(LENGTH(m.content)) FILTER (WHERE m.status <> 'streaming'), 0)
        {JOINED} WHERE {SHOWN} GROUP BY m.locrit_id, m.role, COALESCE(m.model, '')
    """)
