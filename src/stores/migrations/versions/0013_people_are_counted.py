"""How many people talked with a Locrit is how many rows say so: it is not kept a second time."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.drop_column("locrits", "user_count")
