"""Turns: a person asks, asks again, or has a reply go on. Saved here; the chat service asks the model."""

from src.entities import GenerationState, SendMessage, Turn
from src.operations import Caller, Operation
from src.stores import generations, turns
from src.stores.database import Database
from src.stores.ops import Effect
from src.stores.unit_of_work import UnitOfWork


class Turns:
    def __init__(self, database: Database) -> None:
        self._db = database

    async def begin_turn(self, caller: Caller, question: SendMessage) -> Turn:
        """Saves the question and its reply's place in one transaction. `repeated` when that was done before."""
        id_ = question.op_id or (question.message_id and f"turn:{question.message_id}")
        operation = Operation.of(caller, "turn", question.request, id_, earlier=(question.earlier_request,))

        def again(tx: UnitOfWork, done: dict[str, str]) -> Turn:
            turn = turns.again(tx, done)
            turns.check_same_place(tx, question, turn.message, caller.user_id)
            return turn

        return await self._db.run_once(
            operation, Effect(lambda tx: turns.begin(tx, question, operation), again, turns.told)
        )

    async def begin_retry(
        self, caller: Caller, message_id: str, op_id: str | None = None, model: str | None = None
    ) -> Turn:
        """Begins a new reply to the same question, beside the old one; `message_id` is of either. By `model`, if
        named."""
        request = {"id": message_id} | ({"model": model} if model else {})
        operation = Operation.of(caller, "retry", request, op_id)
        return await self._db.run_once(
            operation,
            Effect(lambda tx: turns.retry(tx, message_id, operation, model), turns.again, turns.told),
        )

    async def begin_continuation(self, caller: Caller, reply_id: str, op_id: str | None = None) -> Turn:
        """Has a reply that was cut off go on in the same message; what it had said is kept as a version."""
        operation = Operation.of(caller, "continue", {"id": reply_id}, op_id)
        return await self._db.run_once(
            operation, Effect(lambda tx: turns.continue_(tx, reply_id, operation), turns.again, turns.told)
        )

    async def generation(self, caller: Caller, generation_id: str) -> GenerationState:
        """Returns a running or ended reply as the database has it."""
        return await self._db.read(lambda connection: generations.state(connection, generation_id, caller.user_id))
