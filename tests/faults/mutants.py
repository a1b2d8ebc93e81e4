"""Programs that are wrong in one way each: processes of the tests become them, and a test must notice."""

import time

from sqlalchemy import Pool, bindparam, event, func, select

from src.models import conversations
from src.models import messages as table
from src.stores import database, messages, unit_of_work, writer
from src.stores.compiled_statement import CompiledStatement

EARLY_ANSWER, NO_OPERATIONS = "answers before the commit", "forgets which operations were done"
BY_CLOCK, NO_RECOVERY = "orders by the clock", "leaves replies as a dead process left them"
SYNCHRONOUS = {"syncs only at checkpoints": "NORMAL", "never syncs": "OFF"}
"""What the product refuses, so that only a mutant has it."""
UNTIL_TOLD_S = 0.05


class HastyWriter(writer.Writer):
    def _commit(self, batch: "list[writer._Waiting]") -> None:
        with self._engine.begin() as connection:
            is_open = connection.execute(select(func.count()).select_from(conversations)).scalar_one() > 0
            transaction = unit_of_work.UnitOfWork(connection, self._process_id)
            for waiting in batch:
                writer._apply(waiting, transaction)
            transaction.flush()
            if is_open:  # else nothing would ever begin
                for waiting in batch:
                    waiting.get_loop().call_soon_threadsafe(writer._answer, (waiting,), self._publish)
                batch.clear()
                time.sleep(UNTIL_TOLD_S)


def become(mutant: str | None) -> None:
    """In this process, for good."""
    if mutant == EARLY_ANSWER:
        database.Writer = HastyWriter  # type: ignore[attr-defined]
    elif mutant == NO_OPERATIONS:
        database.run_once = lambda tx, _operation, effect: effect.do(tx)  # type: ignore[assignment, attr-defined]
    elif mutant == BY_CLOCK:
        newest_first = messages._OF_CONVERSATION.where(messages._IS_THERE, table.c.seq < bindparam("seq"))
        by_clock = CompiledStatement(newest_first.order_by(table.c.created_at.desc()).limit(bindparam("count")))
        messages._BEFORE = {True: by_clock, False: by_clock}
    elif mutant in SYNCHRONOUS:
        pragma = f"PRAGMA synchronous={SYNCHRONOUS[mutant]}"
        event.listen(Pool, "checkout", lambda connection, *_: connection.execute(pragma))
