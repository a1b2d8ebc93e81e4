"""Artifacts, and what they said before. Replies of before keep what they made in their text."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("artifacts"):
        return
    op.create_table(
        "artifacts",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("conversation_id", sa.Text(), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("locrit_id", sa.Text(), sa.ForeignKey("locrits.id"), nullable=False),
        sa.Column("message_id", sa.Text(), sa.ForeignKey("messages.id")),
        sa.Column("position", sa.Integer(), nullable=False, server_default="0"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("type", "name")),
        *(sa.Column(name, sa.Text(), nullable=False, server_default="") for name in ("language", "content", "css")),
        sa.Column("metadata", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("copied_from", sa.Text()),
        *(sa.Column(name, sa.Integer(), nullable=False, server_default="1") for name in ("version", "rev")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("version_at", "created_at", "updated_at")),
        *(sa.Column(name, sa.BigInteger()) for name in ("deleted_at", "forgotten_at")),
    )
    op.create_index("ix_artifacts_conversation_recent", "artifacts", ["conversation_id", "updated_at", "id"])
    op.create_index("ix_artifacts_locrit_recent", "artifacts", ["locrit_id", "updated_at", "id"])
    for name, column, where in (
        ("message_id", "message_id", "message_id IS NOT NULL"),
        ("copied_from", "copied_from", "copied_from IS NOT NULL"),
        ("trash", "deleted_at", "deleted_at IS NOT NULL AND forgotten_at IS NULL"),
    ):
        some = sa.text(where)
        op.create_index(f"ix_artifacts_{name}", "artifacts", [column], sqlite_where=some, postgresql_where=some)
    op.create_table(
        "artifact_versions",
        sa.Column("artifact_id", sa.Text(), sa.ForeignKey("artifacts.id"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False, server_default="") for name in ("content", "css")),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("checksum", sa.LargeBinary(), nullable=False, server_default=""),
    )
