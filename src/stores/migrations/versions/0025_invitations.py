"""Links that open one Locrit to one guest. There are none, at first."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("invitations"):
        return
    op.create_table(
        "invitations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("locrit_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("checksum", sa.LargeBinary(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["locrit_id"], ["locrits.id"], name=op.f("fk_invitations_locrit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitations_digest")),
    )
    op.create_index("ix_invitations_locrit_id", "invitations", ["locrit_id"])
