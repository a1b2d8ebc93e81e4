"""The models that a host has: which they are and who uses them, which are in memory, and getting rid of one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from src.entities import Failure
from src.errors import ModelCannotChat, ModelError, ModelMissing, NotFound
from src.operations import Caller, Operation
from src.services.llm.hosts import Models
from src.services.llm.protocol import ModelInfo, ProviderState, RunningModel
from src.services.llm.router import LanguageModels
from src.services.outcome import failure_of, without_saved
from src.stores import locrits, ops, server_settings
from src.stores.database import Database
from src.stores.ops import Effect


@dataclass(frozen=True, slots=True)
class Library:
    """`default` answers for Locrits without a model of their own; while there is none, `default_error` says why.
    `users` are the names of the caller's Locrits that use a model, by its name."""

    state: ProviderState
    models: Sequence[ModelInfo] = ()
    running: Sequence[RunningModel] = ()
    default: str = ""
    default_error: Failure | None = None
    users: Mapping[str, list[str]] = field(default_factory=dict)


class ModelLibrary:
    def __init__(self, database: Database, models: LanguageModels) -> None:
        self._db = database
        self._models = models

    @property
    def hosts(self) -> list[str]:
        """That are named beside the server's own."""
        return self._models.others.names

    async def look(self, caller: Caller, host: str = "") -> Library:
        """Of what goes away while it is looked at, as of what is not there, only the state. Raises InvalidInput,
        ModelUnreachable for a host that nobody named."""
        host = self._models.others.known_as(host)
        models = self._models.at(host)
        state = await models.state()
        if state.status == "unavailable":
            return Library(state)
        settings = await self._db.read(server_settings.read)
        try:
            known, running = await models.list(), await models.running()
            default, error = await _default(models, settings.default_model)
        except ModelError as gone:
            return Library(replace(state, status="unavailable", detail=gone.message))
        users = await self._users(caller, host, default, [model.name for model in known])
        return Library(state, known, running, default, error, users)

    async def unload(self, caller: Caller, model: str, *, host: str = "") -> None:
        """Takes it out of memory. Raises Forbidden, InvalidInput, NotFound, ModelError."""
        caller.require("administer")
        with _spoken_of_no_message():
            await self._models.at(self._models.others.known_as(host)).unload(model)

    async def delete(self, caller: Caller, model: str, *, host: str = "", op_id: str | None = None) -> None:
        """Its files, whoever uses it; nothing where it is gone already. Raises Forbidden, InvalidInput, ModelError."""
        caller.require("administer")
        host = self._models.others.known_as(host)
        operation = Operation.of(caller, "delete_model", {"model": model, "host": host}, op_id)
        if await self._db.write(lambda tx: ops.is_done(tx, operation)):
            return
        with suppress(NotFound), _spoken_of_no_message():  # as it shall be: the answer to an earlier try was lost
            await self._models.at(host).delete(model)
        await self._db.run_once(operation, Effect(lambda _tx: None, lambda _tx, _told: None))

    async def _users(self, caller: Caller, host: str, default: str, names: Sequence[str]) -> dict[str, list[str]]:
        users: defaultdict[str, list[str]] = defaultdict(list)
        for locrit in await self._db.read(lambda connection: locrits.all_(connection, caller.user_id)):
            wanted = locrit.model or default
            name = wanted if wanted in names else f"{wanted}:latest"
            if locrit.host == host and name in names:
                users[name].append(locrit.name)
        return users


@contextmanager
def _spoken_of_no_message() -> Iterator[None]:
    """Nobody has said anything that could be saved."""
    try:
        yield
    except ModelMissing as error:
        raise NotFound(error.message) from error
    except ModelError as error:
        raise type(error)(error.message, hint=without_saved(error.action)) from error


async def _default(models: Models, wanted: str) -> tuple[str, Failure | None]:
    try:
        return await models.default_model(wanted), None
    except (ModelMissing, ModelCannotChat) as error:
        return "", failure_of(error)
