"""Alembic migrations, applied at start."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine

from src.errors import StoreUnavailable


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to date in one transaction. Raises StoreUnavailable for a database of a newer version."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, revision)
        except CommandError as error:
            raise StoreUnavailable(
                "The database was made by a newer version of Locrit; nothing of it was touched.",
                hint="Start the newer version, or choose another LOCRIT_DATA_DIR.",
            ) from error
