"""The model of Locrits without one, which these clients are told as if it were the Locrit's."""

from src.application import Application
from src.errors import ModelError

NO_MODEL = "none"


class DefaultModel:
    def __init__(self, application: Application) -> None:
        self._models = application.models
        self._settings = application.server_settings

    async def name(self) -> str:
        """Never empty."""
        wanted = (await self._settings.get()).default_model
        try:
            return await self._models.default_model(wanted)
        except ModelError:
            return wanted or NO_MODEL
