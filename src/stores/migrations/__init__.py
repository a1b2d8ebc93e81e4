"""Alembic migrations, applied at start. Alembic itself, 8 MB, is loaded when there is one to apply."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from src.errors import StoreUnavailable
from src.stores.engines import scrub

if TYPE_CHECKING:
    from alembic.config import Config

_HERE = Path(__file__).parent
_VERSIONS = text("SELECT version_num FROM alembic_version")
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('locrit migrations'))")


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to date in one transaction, one process at a time. What a migration removes is removed from
    the write-ahead log, too.

    Raises StoreUnavailable for a database of a newer version.
    """
    if revision == "head" and _is_of(engine, head()):
        return
    from alembic import command
    from alembic.util import CommandError

    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        if engine.dialect.name == "postgresql":  # a file of SQLite has one process
            connection.execute(_ONE_AT_A_TIME)
        try:
            command.upgrade(config, revision)
        except CommandError as error:
            raise StoreUnavailable(
                "The database was made by a newer version of Locrit; nothing of it was touched.",
                hint="Start the newer version, or choose another LOCRIT_DATA_DIR.",
            ) from error
    if config.attributes.get("scrub"):
        scrub(engine)


def head() -> str:
    """The version that this Locrit makes: its migrations are called by their numbers."""
    return max(path.name.partition("_")[0] for path in (_HERE / "versions").glob("[0-9]*.py"))


def is_known(version: str) -> bool:
    """Whether a database of this version can be brought up to date."""
    from alembic.script import ScriptDirectory

    return version in [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def _is_of(engine: Engine, version: str) -> bool:
    with engine.begin() as connection:
        is_made = inspect(connection).has_table("alembic_version")
        return is_made and connection.scalars(_VERSIONS).all() == [version]


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    return config
