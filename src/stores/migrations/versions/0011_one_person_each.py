"""Operations are known by who asked for them and their id, Locrits by whose they are and their name."""

import hashlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from pydantic_core import to_json

revision = "0011"
down_revision = "0010"

AT_ONCE = 10_000
ALIVE = sa.text("deleted_at IS NULL")
COPY = """
    INSERT INTO ops (user_id, op_id, request_hash, result, created_at, checksum)
    SELECT (SELECT id FROM users ORDER BY created_at, id LIMIT 1), op_id, request_hash, result, created_at, checksum
    FROM ops_before
"""
ROWS = {
    "sqlite": """
        SELECT CAST(op_id AS BLOB), CAST(request_hash AS BLOB), CAST(result AS BLOB), created_at, checksum FROM ops""",
    "postgresql": "SELECT op_id, request_hash, result, created_at, checksum FROM ops",
}
"""On SQLite the bytes of a text, which may be damaged: that must not keep a server from starting."""
SEAL = sa.text("UPDATE ops SET checksum = :checksum WHERE user_id = :user_id AND op_id = :op_id")


def upgrade() -> None:
    op.drop_index("uq_locrits_name", "locrits", if_exists=True)
    op.create_index(
        "uq_locrits_owner_id_name",
        "locrits",
        ["owner_id", "name"],
        unique=True,
        if_not_exists=True,
        sqlite_where=ALIVE,
        postgresql_where=ALIVE,
    )
    if "user_id" not in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("ops")}:
        _give_operations_to_the_only_person(op.get_bind())


def _give_operations_to_the_only_person(connection: sa.Connection) -> None:
    op.rename_table("ops", "ops_before")
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE ops_before RENAME CONSTRAINT pk_ops TO pk_ops_before")
    op.create_table(
        "ops",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("op_id", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("checksum", sa.LargeBinary(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("user_id", "op_id", name=op.f("pk_ops")),
    )
    op.execute(COPY)
    op.drop_table("ops_before")
    user_id = str(connection.execute(sa.text("SELECT max(user_id) FROM ops")).scalar())
    query = sa.text(ROWS[connection.dialect.name])
    rows = connection.execute(query, execution_options={"yield_per": AT_ONCE})
    for some in rows.partitions():
        sealed = [seal for row in some if (seal := _seal(row, user_id)) is not None]
        if sealed:
            connection.execute(SEAL, sealed)


def _seal(row: Sequence[Any], user_id: str) -> dict[str, Any] | None:
    """A row that is not what was written keeps its checksum, by which that is known."""
    try:
        op_id, hash_, result = (text.decode() if isinstance(text, bytes) else text for text in row[:3])
        said = {"created_at": row[3], "op_id": op_id, "request_hash": hash_, "result": result}
        if _checksum(said) != row[4]:
            return None
        return {"user_id": user_id, "op_id": op_id, "checksum": _checksum(said | {"user_id": user_id})}
    except ValueError:
        return None


def _checksum(said: dict[str, Any]) -> bytes:
    return hashlib.blake2b(to_json(said), digest_size=8).digest()
