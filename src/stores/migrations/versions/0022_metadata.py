"""What clients keep with a Locrit and with a conversation, and nobody else reads."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    if "metadata" in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("locrits")}:
        return
    for table in ("locrits", "conversations"):
        op.add_column(table, sa.Column("metadata", sa.Text(), server_default="{}", nullable=False))
