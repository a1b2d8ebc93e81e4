"""Files that people give to conversations."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("attachments"):
        return
    op.create_table(
        "attachments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "media_type")),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False, comment="of the bytes, by which their file is called"),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("width", "height", "pages", "text_chars")),
        sa.Column("rev", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("created_at", "updated_at")),
        sa.Column("forgotten_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_attachments_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
    )
    op.create_index("ix_attachments_sha256", "attachments", ["sha256"])
    op.create_table(
        "message_attachments",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column(
            "attachment_id", sa.Text(), nullable=False, comment="which may not be there, after a backup without it"
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_message_attachments_message_id"),
        sa.PrimaryKeyConstraint("message_id", "attachment_id", name="pk_message_attachments"),
        comment="which messages, or versions of them, have a file: it is kept for as long as there is one",
    )
    op.create_index("ix_message_attachments_attachment_id", "message_attachments", ["attachment_id"])
