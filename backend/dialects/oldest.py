"""The Locrit that answers clients that name none."""

from src.application import Application
from src.errors import NotFound
from src.operations import Caller


class OldestLocrit:
    def __init__(self, application: Application) -> None:
        self._locrits = application.locrits

    async def name(self, caller: Caller) -> str:
        """Of the oldest that is switched on. Raises NotFound."""
        active = [locrit.name for locrit in await self._locrits.list(caller) if locrit.active]
        if not active:
            raise NotFound("There is no Locrit that could answer.", hint="Switch one on, or create one.")
        return active[0]
