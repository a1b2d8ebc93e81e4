"""Whether a model shall think before it answers: for a Locrit, and for one conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    if "think" in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("locrits")}:
        return
    for table in ("locrits", "conversations"):
        op.add_column(table, sa.Column("think", sa.Text(), server_default="", nullable=False))
