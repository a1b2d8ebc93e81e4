"""What files say is searched: their texts are kept when the server starts, names are found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("attachment_texts"):
        return
    op.create_table(
        "attachment_texts",
        sa.Column("attachment_id", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("checksum", sa.LargeBinary(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("attachment_id", name="pk_attachment_texts"),
        comment="the beginning of what a file says, by which the messages that have it are found",
    )
    op.execute("INSERT INTO jobs (kind, entity_id) SELECT DISTINCT 'index', message_id FROM message_attachments")
