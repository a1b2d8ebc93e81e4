"""Links that open one Locrit to one guest."""

from sqlalchemy import Column, ForeignKey, Table, Text

from src.models.columns import checksum, metadata, moment, text_column

invitations = Table(
    "invitations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("locrit_id", Text, ForeignKey("locrits.id"), nullable=False, index=True),
    text_column("label"),
    Column("digest", Text, nullable=False, unique=True),
    moment("created_at"),
    moment("revoked_at", nullable=True),
    checksum(),
)
