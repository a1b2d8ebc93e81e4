"""Work in committed steps: a row a job, written with the operation that orders it, gone with its last step.

A step holds the writer for about STEP_S, so what is saved meanwhile waits no longer. What a dead process leaves is done
by whoever looks next.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, func, insert, literal, select, text, update

from src.models import jobs
from src.stores.unit_of_work import UnitOfWork

STEP_S = 0.01

_IN_STEPS = text("kind <> 'index'")  # as literally as the index says it, or SQLite does not use that
_NEXT = (
    select(jobs)
    .where(
        _IN_STEPS,
        jobs.c.kind.in_(bindparam("kinds", expanding=True)),
        jobs.c.row_id.not_in(bindparam("skipped", expanding=True)),
    )
    .order_by(jobs.c.row_id)
    .limit(1)
    .with_for_update()
)
_DONE = delete(jobs).where(jobs.c.row_id == bindparam("job"))
_COME_TO = update(jobs).where(jobs.c.row_id == bindparam("job")).values(position=bindparam("to"))

Handler = Callable[[UnitOfWork, Row[Any], float], int | None]
"""Does a piece of the job, until a `time.monotonic()`; returns how far it has come, None when nothing is left to do."""


def order(tx: UnitOfWork, kind: str, entity_id: str) -> None:
    tx.insert_later(jobs, {"kind": kind, "entity_id": entity_id})


def order_each(tx: UnitOfWork, kind: str, ids: Select[Any]) -> int:
    """One for each id that the query gives; returns how many that were."""
    count = tx.query(select(func.count()).select_from(ids.subquery())).scalar_one()
    tx.write_now(insert(jobs).from_select(["entity_id", "kind"], ids.add_columns(literal(kind))))
    return int(count)


def is_ordered(entity_id: Any) -> Any:
    """A condition: something is to be done to this entity."""
    return select(jobs.c.row_id).where(_IN_STEPS, jobs.c.entity_id == entity_id).exists()


@dataclass
class Step:
    """An operation for the writer. When it fails, `working_on` is the job that made it fail."""

    handlers: Mapping[str, Handler]
    skipped: list[int] = field(default_factory=list)
    working_on: Row[Any] | None = None

    def __call__(self, tx: UnitOfWork) -> bool:
        """Does what fits; returns whether there may be more."""
        until = monotonic() + STEP_S
        while monotonic() < until:
            self.working_on = job = self._next(tx)
            if job is None:
                return False
            position = self.handlers[job.kind](tx, job, until)
            if position is None:
                tx.write_now(_DONE, {"job": job.row_id})
            else:
                tx.write_now(_COME_TO, {"job": job.row_id, "to": position})
        return True

    def _next(self, tx: UnitOfWork) -> Row[Any] | None:
        return tx.query(_NEXT, {"kinds": list(self.handlers), "skipped": self.skipped}).first()
