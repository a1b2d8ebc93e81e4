"""What a model was not shown of the conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for table in ("messages", "generations"):
        op.add_column(table, sa.Column("context", sa.Text()))
