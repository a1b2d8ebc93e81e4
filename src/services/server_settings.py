"""What is set for the server as a whole: by people, where whoever runs it left that to them."""

from collections.abc import Mapping
from typing import Any

from src.config import Settings
from src.entities import ServerSettings
from src.errors import Conflict
from src.operations import Caller, Operation
from src.services.llm import encoder
from src.services.llm.router import FIXED_BY
from src.stores import server_settings
from src.stores.database import Database
from src.stores.ops import Effect
from src.stores.unit_of_work import UnitOfWork


class ServerSettingsService:
    def __init__(self, database: Database, settings: Settings) -> None:
        self._db = database
        self._settings = settings

    @property
    def fixed(self) -> Mapping[str, str]:
        """By what a field is set that counts for more than what is set here: the name of the variable."""
        return {"default_model": FIXED_BY} if self._settings.default_model else {}

    @property
    def has_encoder(self) -> bool:
        """Whether `meaning` can be the small encoder."""
        return encoder.is_installed()

    async def get(self) -> ServerSettings:
        return await self._db.read(server_settings.read)

    async def edit(
        self, caller: Caller, changes: dict[str, Any], rev: int | None = None, op_id: str | None = None
    ) -> ServerSettings:
        """Changes what is given. Raises Forbidden, and Conflict when `rev` is stale."""
        caller.require("administer")
        request = {"changes": server_settings.columns(changes)}
        operation = Operation.of(caller, "edit_server_settings", request, op_id)

        def edit(tx: UnitOfWork) -> ServerSettings:
            current = server_settings.read(tx.connection)
            if rev is not None and rev != current.rev:
                raise Conflict("The settings of the server were changed in the meantime.", current=current.wire())
            return server_settings.change(tx, current, changes, operation)

        return await self._db.run_once(operation, Effect(edit, lambda tx, _told: server_settings.read(tx.connection)))
