"""The tables. Times are milliseconds since 1970 UTC, JSON is text, order is by `seq` or `row_id`, never by clock."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_row_id_type = BigInteger().with_variant(Integer, "sqlite")
_alive = text("deleted_at IS NULL")
_running = text("status = 'streaming'")
_in_trash = text("deleted_at IS NOT NULL AND forgotten_at IS NULL")
_in_steps = text("kind <> 'index'")


def _partial(name: str, column: str, where: TextClause) -> Index:
    return Index(name, column, sqlite_where=where, postgresql_where=where)


def _moment(name: str, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _count(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")


def _flag(name: str, default: bool = False) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


def _checksum(*left_out: str) -> Column[bytes]:
    """Of all other columns but these, which `stores.integrity` compares with what they follow from."""
    return Column("checksum", LargeBinary, nullable=False, server_default="", info={"left_out": left_out})


users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    _count("head_seq"),
    _moment("created_at"),
    _checksum("head_seq"),
)

locrits = Table(
    "locrits",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner_id", Text, ForeignKey("users.id"), nullable=False),
    Column("name", Text, nullable=False),
    _text("former_names", "[]"),
    _text("description"),
    _text("system_prompt"),
    _text("model"),
    _text("options", "{}"),
    _text("think"),
    Column("message_limit", Integer, nullable=False, server_default="50"),
    _text("avatar"),
    _text("welcome_message"),
    _flag("active", True),
    _text("open_to", "{}"),
    _text("access_to", "{}"),
    _count("conversation_count"),
    Column("rev", Integer, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("deleted_at", nullable=True),
    _moment("forgotten_at", nullable=True),
    Index("uq_locrits_owner_id_name", "owner_id", "name", unique=True, sqlite_where=_alive, postgresql_where=_alive),
)

locrit_users = Table(
    "locrit_users",
    metadata,
    Column("locrit_id", Text, ForeignKey("locrits.id"), primary_key=True),
    Column("user_id", Text, primary_key=True),
)

activity = Table(
    "activity",
    metadata,
    Column("locrit_id", Text, ForeignKey("locrits.id"), primary_key=True),
    Column("quarter", BigInteger, primary_key=True, autoincrement=False, comment="of an hour, since 1970"),
    _count("messages"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("locrit_id", Text, ForeignKey("locrits.id"), nullable=False),
    Column("owner_id", Text, ForeignKey("users.id"), nullable=False),
    Column("user_id", Text, nullable=False),
    Column("session_id", Text, nullable=False),
    _text("title"),
    _text("preview"),
    *(_flag(name) for name in ("starred", "pinned", "archived")),
    _text("tags", "[]"),
    _text("think"),
    _count("head_seq"),
    _count("message_seq"),
    _count("message_count"),
    Column("leaf_id", Text),  # the newest message: what is said next follows it
    Column("forked_from", Text),
    Column("rev", Integer, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("deleted_at", nullable=True),
    _moment("forgotten_at", nullable=True),
    _checksum(
        *("title", "starred", "pinned", "archived", "tags", "think", "rev"),  # its newest event
        *("deleted_at", "forgotten_at"),  # that, too
        *("head_seq", "message_seq", "message_count", "preview", "leaf_id", "updated_at"),  # its messages and changes
    ),
    Index("ix_conversations_session", "locrit_id", "user_id", "session_id"),
    Index("ix_conversations_recent", "owner_id", "updated_at", "id"),
    Index("ix_conversations_locrit_recent", "locrit_id", "updated_at", "id"),
    _partial("ix_conversations_trash", "deleted_at", _in_trash),
    _partial("ix_conversations_forked_from", "forked_from", text("forked_from IS NOT NULL")),
)

messages = Table(
    "messages",
    metadata,
    Column("row_id", _row_id_type, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("locrit_id", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("parent_id", Text),
    Column("role", Text, nullable=False),
    Column("status", Text, nullable=False),
    _text("content"),
    Column("parts", Text),  # NULL: one text, which is the content
    Column("model", Text),
    Column("generation_id", Text),
    Column("usage", Text),
    Column("error", Text),
    Column("context", Text),
    _text("metadata", "{}"),
    Column("copied_from", Text),  # as its metadata says; stays when it is forgotten, so that its own copies are found
    Column("rev", Integer, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("deleted_at", nullable=True),
    _moment("forgotten_at", nullable=True),
    UniqueConstraint("conversation_id", "seq"),
    Index("ix_messages_locrit_recent", "locrit_id", "row_id"),
    _partial("ix_messages_trash", "deleted_at", _in_trash),
    _partial("ix_messages_copied_from", "copied_from", text("copied_from IS NOT NULL")),
)

message_versions = Table(
    "message_versions",
    metadata,
    Column("message_id", Text, ForeignKey("messages.id"), primary_key=True),
    Column("rev", Integer, primary_key=True),
    _text("content"),
    Column("parts", Text),
    Column("status", Text, nullable=False),
    _moment("created_at"),
    _checksum(),
)

generations = Table(
    "generations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("message_id", Text, ForeignKey("messages.id"), nullable=False),
    Column("model", Text),
    Column("context", Text),
    Column("status", Text, nullable=False),
    Column("error", Text),
    _count("folded_idx"),
    _count("prompt_tokens"),
    _count("completion_tokens"),
    Column("first_token_ms", Float, nullable=False, server_default="0"),
    Column("total_ms", Float, nullable=False, server_default="0"),
    _moment("started_at"),
    _moment("ended_at", nullable=True),
    Column("process_id", Text),
    _flag("stop_requested"),
    _checksum("folded_idx"),
    Index("ix_generations_message_id", "message_id"),
    Index("ix_generations_running", "conversation_id", sqlite_where=_running, postgresql_where=_running),
)

generation_chunks = Table(
    "generation_chunks",
    metadata,
    Column("generation_id", Text, ForeignKey("generations.id"), primary_key=True),
    Column("idx", Integer, primary_key=True, comment="number of chunks before the end of this text"),
    Column("text", Text, nullable=False),
    Column("kind", Text, comment="of which part it is; NULL: of the text"),
    Column("thought_ms", BigInteger, comment="how long the reasoning took that ends here"),
    _checksum(),
)

events = Table(
    "events",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("type", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    Column("op_id", Text),
    Column("salt", LargeBinary),  # keeps the payload from being guessed by its hash once it is forgotten
    Column("payload_hash", LargeBinary, nullable=False, server_default=""),
    # chains every event of the scope to the one before
    Column("digest", LargeBinary, nullable=False, server_default=""),
    _moment("created_at"),
    Index("ix_events_entity_id", "entity_id"),
)

ops = Table(
    "ops",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("op_id", Text, primary_key=True),
    Column("request_hash", Text, nullable=False),
    Column("result", Text, nullable=False),
    _moment("created_at"),
    _checksum(),
)

jobs = Table(
    "jobs",
    metadata,
    Column("row_id", _row_id_type, primary_key=True, autoincrement=True),
    *(Column(name, Text, nullable=False) for name in ("kind", "entity_id")),
    _count("position"),  # how far it has come, where it is done in steps
    *(_count(name) for name in ("units", "attempts", "not_before")),
    Column("part_of", _row_id_type),  # the job that its owner is told of
    *(Column(name, Text) for name in ("owner_id", "op_id", "lease", "last_error")),
    *(_partial(f"ix_jobs_{name}", of, _in_steps) for name, of in (("in_steps", "row_id"), ("entity_id", "entity_id"))),
    *(_partial(f"ix_jobs_{of}", of, text(f"{of} IS NOT NULL")) for of in ("part_of", "owner_id", "lease")),
)

memories = Table(
    "memories",
    metadata,
    Column("id", Text, primary_key=True),
    Column("locrit_id", Text, ForeignKey("locrits.id"), nullable=False),
    Column("content", Text, nullable=False),
    Column("importance", Float, nullable=False),
    _text("tags", "[]"),
    _flag("pinned"),
    _text("metadata", "{}"),
    Column("rev", Integer, nullable=False, server_default="1"),
    _moment("created_at"),
    _count("updated_at"),
    _moment("deleted_at", nullable=True),
    _moment("forgotten_at", nullable=True),
    Index("ix_memories_locrit_recent", "locrit_id", "created_at"),
    _partial("ix_memories_trash", "deleted_at", _in_trash),
)

memory_versions = Table(
    "memory_versions",
    metadata,
    Column("memory_id", Text, ForeignKey("memories.id"), primary_key=True),
    Column("rev", Integer, primary_key=True),
    _text("content"),
    Column("importance", Float, nullable=False),
    _text("tags", "[]"),
    _moment("created_at"),
    _checksum(),
)

row_counts = Table(
    "row_counts",
    metadata,
    Column("table_name", Text, primary_key=True, comment="a table whose rows have checksums"),
    _count("rows"),
)
