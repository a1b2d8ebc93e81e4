"""What is set for the server as a whole. Nothing is, at first."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("server_settings"):
        return
    op.create_table(
        "server_settings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("default_model", sa.Text(), server_default="", nullable=False),
        sa.Column("options", sa.Text(), server_default="{}", nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_settings")),
    )
