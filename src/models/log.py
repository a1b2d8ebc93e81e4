"""What changed, what was asked for, and what is still to be done."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text, text

from src.models.columns import checksum, count, metadata, moment, partial, row_id_type

_in_steps = text("kind <> 'index'")

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
    moment("created_at"),
    Index("ix_events_entity_id", "entity_id"),
)

ops = Table(
    "ops",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("op_id", Text, primary_key=True),
    Column("request_hash", Text, nullable=False),
    Column("result", Text, nullable=False),
    moment("created_at"),
    checksum(),
)

jobs = Table(
    "jobs",
    metadata,
    Column("row_id", row_id_type, primary_key=True, autoincrement=True),
    *(Column(name, Text, nullable=False) for name in ("kind", "entity_id")),
    count("position"),  # how far it has come, where it is done in steps
    *(count(name) for name in ("units", "attempts", "not_before")),
    Column("part_of", row_id_type),  # the job that its owner is told of
    *(Column(name, Text) for name in ("owner_id", "op_id", "lease", "last_error")),
    *(partial(f"ix_jobs_{name}", of, _in_steps) for name, of in (("in_steps", "row_id"), ("entity_id", "entity_id"))),
    *(partial(f"ix_jobs_{of}", of, text(f"{of} IS NOT NULL")) for of in ("part_of", "owner_id", "lease")),
)

row_counts = Table(
    "row_counts",
    metadata,
    Column("table_name", Text, primary_key=True, comment="a table whose rows have checksums"),
    count("rows"),
)
