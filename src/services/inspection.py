"""Checking what is stored as a program of its own, without the application."""

from src.config import Settings
from src.entities import Examination, IntegrityReport
from src.operations import Caller
from src.services.history import HistoryService
from src.stores.database import Database
from src.stores.integrity import copies


def examine(settings: Settings) -> Examination:
    """Verifies a database without changing it or disturbing a server: of a file it looks at a copy. Raises
    StoreUnavailable."""
    return copies.examine(settings.sqlalchemy_url, settings.files_dir)


async def repair(caller: Caller, settings: Settings) -> IntegrityReport:
    """Repairs what follows from other things. Raises StoreUnavailable, also while a server has the database."""
    database = Database.open(
        settings.sqlalchemy_url,
        publish=lambda _event: None,
        accept_loss=settings.accept_loss,
        files=settings.files_dir,
    )
    try:
        return await HistoryService(database).verify(caller, repair=True)
    finally:
        await database.close()
