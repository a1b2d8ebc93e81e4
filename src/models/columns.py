"""What tables consist of. Times are milliseconds since 1970 UTC, JSON is text."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    TextClause,
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

row_id_type = BigInteger().with_variant(Integer, "sqlite")
ALIVE = text("deleted_at IS NULL")
IN_TRASH = text("deleted_at IS NOT NULL AND forgotten_at IS NULL")


def partial(name: str, column: str, where: TextClause) -> Index:
    return Index(name, column, sqlite_where=where, postgresql_where=where)


def moment(name: str, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def text_column(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def count(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")


def flag(name: str, default: bool = False) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


def checksum(*left_out: str) -> Column[bytes]:
    """Of all other columns but these, which `stores.integrity` compares with what they follow from."""
    return Column("checksum", LargeBinary, nullable=False, server_default="", info={"left_out": left_out})
