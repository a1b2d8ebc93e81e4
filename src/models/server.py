"""What is set for the server as a whole."""

from sqlalchemy import Column, Integer, Table, Text

from src.models.columns import metadata, moment, text_column

server_settings = Table(
    "server_settings",
    metadata,
    Column("id", Text, primary_key=True),
    text_column("default_model"),
    text_column("meaning"),
    text_column("options", "{}"),
    Column("rev", Integer, nullable=False),
    moment("created_at"),
    moment("updated_at"),
)
