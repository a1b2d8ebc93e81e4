"""Jobs: whose they are and how far they have come, how often they failed and why, and which process works on them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

NUMBERS = ("units", "attempts", "not_before")
TEXTS = ("owner_id", "op_id", "lease", "last_error")


def upgrade() -> None:
    if "units" in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("jobs")}:
        return
    for name in NUMBERS:
        op.add_column("jobs", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    for name in TEXTS:
        op.add_column("jobs", sa.Column(name, sa.Text()))
    op.add_column("jobs", sa.Column("part_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
    for name in ("part_of", "owner_id", "lease"):
        is_there = sa.text(f"{name} IS NOT NULL")
        op.create_index(f"ix_jobs_{name}", "jobs", [name], sqlite_where=is_there, postgresql_where=is_there)
