"""Who talks with whom."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from src.models.columns import ALIVE, checksum, count, flag, metadata, moment, text_column

users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    count("head_seq"),
    moment("created_at"),
    checksum("head_seq"),
)

locrits = Table(
    "locrits",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner_id", Text, ForeignKey("users.id"), nullable=False),
    Column("name", Text, nullable=False),
    text_column("former_names", "[]"),
    text_column("description"),
    text_column("system_prompt"),
    text_column("host"),
    text_column("model"),
    text_column("options", "{}"),
    text_column("think"),
    text_column("tools", "{}"),
    text_column("recall", "off"),
    text_column("memories", "off"),
    text_column("metadata", "{}"),
    Column("message_limit", Integer, nullable=False, server_default="50"),
    text_column("avatar"),
    text_column("welcome_message"),
    flag("active", True),
    text_column("open_to", "{}"),
    text_column("access_to", "{}"),
    count("conversation_count"),
    Column("rev", Integer, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    moment("deleted_at", nullable=True),
    moment("forgotten_at", nullable=True),
    Index("uq_locrits_owner_id_name", "owner_id", "name", unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE),
)

locrit_users = Table(
    "locrit_users",
    metadata,
    Column("locrit_id", Text, ForeignKey("locrits.id"), primary_key=True),
    Column("user_id", Text, primary_key=True),
)

QUARTERS_A_DAY = 96
activity = Table(
    "activity",
    metadata,
    Column("locrit_id", Text, ForeignKey("locrits.id"), primary_key=True),
    Column("day", BigInteger, primary_key=True, autoincrement=False, comment="of UTC, since 1970"),
    *(count(f"q{quarter}") for quarter in range(QUARTERS_A_DAY)),  # messages by quarters of an hour
)

message_counts = Table(
    "message_counts",
    metadata,
    Column("locrit_id", Text, ForeignKey("locrits.id"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("model", Text, primary_key=True, comment="that wrote them; empty where none did"),
    count("messages"),
    count("characters"),
)
