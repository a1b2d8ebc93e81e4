"""Memories are dated facts that say where they come from; a Locrit extracts them if its person wants it."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    if "sources" in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("memories")}:
        return
    for table in ("memories", "memory_versions"):
        for name in ("valid_from", "valid_to"):
            op.add_column(table, sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("memories", sa.Column("origin", sa.Text(), server_default="person", nullable=False))
    op.add_column("memories", sa.Column("suggested", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("memories", sa.Column("sources", sa.Text(), server_default="[]", nullable=False))
    for name in ("replaces", "stub_digest"):
        op.add_column("memories", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("locrits", sa.Column("memories", sa.Text(), server_default="off", nullable=False))
