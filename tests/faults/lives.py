"""A store that dies often. What a dead process leaves are its files as they are at that moment: they are copied, and
the next life begins with the copy."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import event

from src.application import Application
from src.config import Settings
from src.stores import search
from tests.callers import OnePersons

T = TypeVar("T")
Call = Callable[[OnePersons], Awaitable[T]]
Fate = Literal["lives", "dies before the commit", "dies before the answer"]
FATES: tuple[Fate, ...] = ("lives",) * 6 + ("dies before the commit", "dies before the answer")
NOWHERE = "http://127.0.0.1:9"


class Lives:
    """One application after the other, without the web and without models."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._number = 0
        self._runner = asyncio.Runner()
        self._begin()

    @property
    def url(self) -> str:
        return f"sqlite:///{self._directory / 'locrit.db'}"

    def run(self, call: Call[T]) -> T:
        async def run() -> T:
            return await call(self._app)

        return self._runner.run(run())

    def crash(self) -> None:
        self._leave()
        self._next()

    def crash_before_commit(self, call: Call[Any]) -> None:
        """What it returns or raises is told nobody."""
        writing = self._app.database._engines[0]
        event.listen(writing, "commit", self._leave, once=True)
        try:
            self.run(call)
        except Exception:  # noqa: BLE001 - a dead process answers nothing
            self._leave()
        finally:
            self._next()

    def close(self) -> None:
        self._runner.run(self._app.close())
        self._runner.close()

    def _leave(self, *_: object) -> None:
        heir = self._home / f"life {self._number + 1}"
        if not heir.exists():
            heir.mkdir()
            for file in self._directory.glob("locrit.db*"):
                if file.suffix in (".db", ".db-wal"):
                    shutil.copy(file, heir)

    def _next(self) -> None:
        self._leave()
        self._runner.run(self._app.close())
        self._number += 1
        self._begin()

    def _begin(self) -> None:
        self._directory = self._home / f"life {self._number}"
        self._directory.mkdir(exist_ok=True)
        self._app = OnePersons(Application(Settings(data_dir=self._directory, llm="ollama", ollama_host=NOWHERE)))
        self._runner.run(self._start())

    async def _start(self) -> None:
        """As `Application.start`, but the index is filled when a test says so."""
        await self._app.chat.recover()
        await self._app.locrits.ensure_defaults()


async def fill_index(app: OnePersons) -> None:
    while await app.database.write(search.index_pending):
        pass
