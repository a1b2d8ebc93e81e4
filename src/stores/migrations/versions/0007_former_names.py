"""The names that a Locrit had before: they still lead to it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("locrits", sa.Column("former_names", sa.Text(), nullable=False, server_default="[]"))
