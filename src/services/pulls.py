"""Installing models: jobs of the server, which go on when the page that began them is closed."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, Literal

from src.entities import Failure
from src.errors import Conflict, LocritError
from src.operations import Caller
from src.services.llm.router import LanguageModels
from src.services.outcome import UNEXPLAINED, failure_of

AT_ONCE: Final = 3
REMEMBERED: Final = 20

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Pull:
    """`completed` and `total` are bytes of all layers that the provider has named so far."""

    model: str
    op_id: str | None
    status: Literal["running", "done", "failed"] = "running"
    completed: int = 0
    total: int = 0
    error: Failure | None = None


class ModelPulls:
    """The newest pull of each model, as long as this process lives. One that is cut off goes on where it was when the
    model is pulled again: the provider keeps what it has."""

    def __init__(self, models: LanguageModels) -> None:
        self._models = models
        self._pulls: dict[str, Pull] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def all(self) -> Sequence[Pull]:
        return tuple(self._pulls.values())

    def begin(self, caller: Caller, model: str, op_id: str | None = None) -> tuple[Pull, bool]:
        """Returns the pull, and whether it began now: one that runs, or a repeat, is told again. Raises Conflict,
        Forbidden."""
        caller.require("administer")
        known = self._pulls.get(model)
        if known is not None and (known.status == "running" or (op_id is not None and known.op_id == op_id)):
            return known, False
        if len(self._tasks) >= AT_ONCE:
            raise Conflict(f"{AT_ONCE} models are being installed already.", hint="Wait for one of them, then retry.")
        self._pulls.pop(model, None)
        while len(self._pulls) >= REMEMBERED:
            self._pulls.pop(next(name for name, pull in self._pulls.items() if pull.status != "running"))
        pull = self._pulls[model] = Pull(model, op_id)
        task = asyncio.create_task(self._run(pull), name=f"pull {model}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return pull, True

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, pull: Pull) -> None:
        try:
            await self._follow(pull)
            pull.status = "done"
        except LocritError as error:
            pull.status, pull.error = "failed", failure_of(error)
        except Exception:  # the edge of a background task
            log.exception("Installing %s failed", pull.model)
            pull.status, pull.error = "failed", UNEXPLAINED

    async def _follow(self, pull: Pull) -> None:
        layers: dict[str, tuple[int, int]] = {}
        async with aclosing(self._models.pull(pull.model)) as steps:
            async for step in steps:
                if step.total:
                    layers[step.digest] = step.completed, step.total
                    pull.completed = sum(completed for completed, _ in layers.values())
                    pull.total = sum(total for _, total in layers.values())
