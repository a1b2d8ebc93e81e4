"""Who asks, in the tests: services as one person uses them."""

import functools
import inspect
from typing import Any

from src.application import Application
from src.operations import Caller
from src.services.generation_repository import GenerationRepository
from src.services.turns import Turns

ME = Caller("local", frozenset({"administer"}))
SOMEONE = Caller("someone else")


class As:
    """`As(caller, service).do(...)` is `service.do(caller, ...)`; what the server does by itself has no caller."""

    def __init__(self, caller: Caller, service: object) -> None:
        self._caller = caller
        self._service = service

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._service, name)
        if "caller" in inspect.signature(method).parameters:
            method = functools.partial(method, self._caller)
        vars(self)[name] = method  # looked up once: benchmarks call it thousands of times
        return method


class OnePersons:
    """An application as one person uses it."""

    def __init__(self, app: Application, caller: Caller = ME) -> None:
        self._app = app
        self._caller = caller
        self.chat: Any = As(caller, app.chat)
        self.memory: Any = As(caller, app.memory)
        self.turns: Any = As(caller, Turns(app.database))
        self.locrits: Any = As(caller, app.locrits)
        self.history: Any = As(caller, app.history)
        self.artifacts: Any = As(caller, app.artifacts)
        self.tool_results: Any = As(caller, app.tool_results)
        self.recall: Any = As(caller, app.recall)
        self.replies = GenerationRepository(app.database)

    async def start(self) -> None:
        await self._app.start(self._caller)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._app, name)
