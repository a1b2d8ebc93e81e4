"""What may be recalled: derived from messages, and made anew at any time."""

from sqlalchemy import Column, Table, Text

from src.models.columns import metadata, row_id_type

recall_index = Table(
    "recall_index",
    metadata,
    Column("id", row_id_type, primary_key=True, autoincrement=True, comment="higher than all that were there before"),
    Column("row_id", row_id_type, nullable=False, unique=True, comment="of the message"),
    Column("units", Text, nullable=False),
    sqlite_autoincrement=True,
)
