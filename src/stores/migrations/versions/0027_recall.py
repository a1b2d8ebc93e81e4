"""What was said may be recalled: an index that is filled with that of the search, anew, while the server runs."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
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
    op.execute("DELETE FROM jobs WHERE kind = 'reindex'")
    op.execute("""
        INSERT INTO jobs (kind, entity_id)
        SELECT 'reindex', 'message_search' WHERE EXISTS (SELECT 1 FROM messages)""")
