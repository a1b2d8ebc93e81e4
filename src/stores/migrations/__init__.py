"""Alembic migrations, applied at start."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, text

from src.errors import StoreUnavailable
from src.stores.engines import scrub

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('locrit migrations'))")


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to date in one transaction, one process at a time. What a migration removes is removed from
    the write-ahead log, too.

    Raises StoreUnavailable for a database of a newer version.
    """
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
    """The version that this Locrit makes."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def is_known(version: str) -> bool:
    """Whether a database of this version can be brought up to date."""
    return version in [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
