"""Whose each running reply is, and whether someone wants it to stop."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("generations", sa.Column("process_id", sa.Text()))
    op.add_column("generations", sa.Column("stop_requested", sa.Boolean(), nullable=False, server_default=sa.false()))
