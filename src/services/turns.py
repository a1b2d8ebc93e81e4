"""Turns: a person asks, asks again, or has a reply go on."""

import asyncio
from functools import partial
from typing import Any

from src.entities import SendMessage, Turn
from src.operations import Caller, Operation
from src.stores import turns
from src.stores.database import Database
from src.stores.ops import Effect, run_once
from src.stores.unit_of_work import UnitOfWork


class Turns:
    """Saves the question and the place of its reply in one transaction. What follows, and asks the model, is `_start`:
    it is called for each turn that is saved, whether its caller still waits or not."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._beginning: set[asyncio.Future[Turn]] = set()

    async def send(self, caller: Caller, question: SendMessage) -> Turn:
        """Saves the question and starts the reply, which streams as events. Returns when both are durable.

        A repeat returns the same turn and starts nothing. Raises NotFound, Inactive, Forbidden, Conflict.
        """
        id_ = question.op_id or (question.message_id and f"turn:{question.message_id}")
        operation = Operation.of(caller, "turn", question.request, id_, earlier=(question.earlier_request,))

        def again(tx: UnitOfWork, done: dict[str, Any]) -> Turn:
            turn = turns.again(tx, done)
            turns.check_same_place(tx, question, turn.message, caller.user_id)
            return turn

        return await self._begin(operation, Effect(lambda tx: turns.begin(tx, question, operation), again, turns.told))

    async def retry(self, caller: Caller, message_id: str, op_id: str | None = None, model: str | None = None) -> Turn:
        """Asks the question of this message, or of this reply, again: the Locrit's model, or this one. The new reply
        stands beside the old one."""
        request = {"id": message_id} | ({"model": model} if model else {})
        operation = Operation.of(caller, "retry", request, op_id)
        return await self._begin(
            operation,
            Effect(lambda tx: turns.retry(tx, message_id, operation, model or None), turns.again, turns.told),
        )

    async def continue_(self, caller: Caller, reply_id: str, op_id: str | None = None) -> Turn:
        """Has a reply that was cut off go on in the same message; what it had said is kept as a version. Raises
        Conflict when it was not cut off."""
        operation = Operation.of(caller, "continue", {"id": reply_id}, op_id)
        return await self._begin(
            operation, Effect(lambda tx: turns.continue_(tx, reply_id, operation), turns.again, turns.told)
        )

    async def _begin(self, operation: Operation, effect: Effect[Turn]) -> Turn:
        """A caller that goes away between the commit and the model call must not leave the reply without one."""
        saving = self._db.submit(run_once, operation, effect)
        self._beginning.add(saving)
        saving.add_done_callback(partial(self._saved, operation.caller))
        return await saving

    def _saved(self, caller: Caller, saving: "asyncio.Future[Turn]") -> None:
        self._beginning.discard(saving)
        if saving.exception() is None and not saving.result().repeated:
            self._start(caller, saving.result())

    def _start(self, caller: Caller, turn: Turn) -> None:
        """Asks nobody."""
