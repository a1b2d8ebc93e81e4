"""The server itself: is it there, is it well."""

from dataclasses import asdict

from backend.async_bridge import AsyncBridge
from backend.protocol.system import Health, VisitorLimits
from backend.routing import endpoint
from backend.version import VERSION
from src.application import Application
from src.errors import LocritError
from src.events import ModelState

CHECK_WITHIN_S = 3.0


class SystemRoutes:
    noun = "system"

    def __init__(self, application: Application, bridge: AsyncBridge) -> None:
        self._models = application.models
        self._database = application.database
        self._bridge = bridge
        self._settings = application.settings

    @endpoint("GET", "/api/v2/health", Health, also=503)
    def health(self) -> tuple[Health, int]:
        """200 while database and event loop work, else 503; a missing model does not make a server unhealthy."""
        loop = self._bridge.alive()
        database = loop and self._checked()
        well = loop and database
        model = self._state() if loop else ModelState(provider="none", status="unavailable", detail="Not asked.")
        status = "ok" if well else "unhealthy"
        health = Health(
            status=status,
            database=database,
            loop=loop,
            longest_stall_ms=round(self._bridge.heartbeat.longest_stall_s * 1000, 1),
            model=model,
            version=VERSION,
        )
        return health, 200 if well else 503

    @endpoint("GET", "/api/v2/visitor-limits", VisitorLimits)
    def visitor_limits(self) -> VisitorLimits:
        """How much visitors of public pages and guests may say, as whoever runs the server has set it."""
        return VisitorLimits(per_minute=self._settings.public_per_minute, per_day=self._settings.public_per_day)

    def _checked(self) -> bool:
        try:
            return self._bridge.run(self._database.check(), timeout=CHECK_WITHIN_S)
        except LocritError:
            return False

    def _state(self) -> ModelState:
        try:
            return ModelState(**asdict(self._bridge.run(self._models.state(), timeout=CHECK_WITHIN_S)))
        except LocritError as error:
            return ModelState(provider="none", status="unavailable", detail=error.message)
