"""People say what of the things that are recalled comes first, counts for less, or never comes."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("recall_marks"):
        return
    op.create_table(
        "recall_marks",
        sa.Column("id", sa.Text(), nullable=False, comment="of the message"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("owner_id", "locrit_id", "mark")),
        sa.Column("rev", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("created_at", "updated_at")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_recall_marks_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_marks")),
    )
    op.create_index("ix_recall_marks_locrit_id", "recall_marks", ["locrit_id"])
