"""Models that are to be installed, as rows of the job table: they go on after a restart, in any process that lives.

The process that works on one holds its lease. The row goes when the model is there; one that failed for good stays,
with the reason, until somebody tries it again or takes it back.
"""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update

from src.entities import Failure, ModelPull
from src.errors import Conflict
from src.events import JobProgress, JobStatus
from src.ids import now_ms
from src.models import jobs
from src.operations import Operation
from src.stores.process_registry import ProcessRegistry
from src.stores.unit_of_work import UnitOfWork

PULL: Final = "pull"
AT_ONCE: Final = 3
FIRST_WAIT_S, LONGEST_WAIT_S = 5, 300
_NEVER: Final = 2**53

Pull = Row[Any]
_STATUS: Final[dict[str, JobStatus]] = {"running": "running", "done": "done", "cancelled": "done"}

_IS_PULL = and_(jobs.c.kind == PULL, jobs.c.kind != "index")  # the second, so that the index on all but those is used


def entity_of(host: str, model: str) -> str:
    """What is to be installed, and where. No host has a blank in it."""
    return f"{host} {model}"


def named(pull: Pull) -> tuple[str, str]:
    """Host and model."""
    host, _, model = str(pull.entity_id).partition(" ")
    return host, model


def told(pull: Pull) -> ModelPull:
    host, model = named(pull)
    waits = pull.not_before > now_ms()
    return ModelPull(
        host=host,
        model=model,
        status="running" if not waits else "failed" if pull.not_before == _NEVER else "waiting",
        completed=pull.position,
        total=pull.units,
        error=Failure.model_validate_json(pull.last_error) if pull.last_error and waits else None,
        next_try_at=pull.not_before if waits and pull.not_before < _NEVER else None,
    )


def news(pull: Pull, now: ModelPull | None = None) -> tuple[ModelPull, JobProgress]:
    """What everyone is told of it, and who ordered it as of any other job."""
    now = now or told(pull)
    return now, _progress(pull, now)


def _progress(pull: Pull, told: ModelPull) -> JobProgress:
    return JobProgress(
        user_id=pull.owner_id,
        op_id=pull.op_id,
        kind="pull",
        entity_id=pull.entity_id.strip(),
        status=_STATUS.get(told.status, "failing"),
        done=told.completed,
        total=told.total,
        error=told.error.message if told.error else None,
        next_try_at=told.next_try_at,
    )


def every(connection: Connection) -> list[Pull]:
    return list(connection.execute(select(jobs).where(_IS_PULL).order_by(jobs.c.row_id)).all())


def find(connection: Connection, entity_id: str) -> Pull | None:
    return connection.execute(select(jobs).where(_IS_PULL, jobs.c.entity_id == entity_id)).first()


def order(tx: UnitOfWork, entity_id: str, operation: Operation) -> Pull:
    """The one that there is, tried now if it had failed; or a new one. It is this process's, which `take`s it next: by
    then another one might have. Raises Conflict."""
    others = [pull for pull in every(tx.connection) if pull.entity_id != entity_id and pull.not_before < _NEVER]
    known, mine = find(tx.connection, entity_id), {"lease": tx.process_id}
    if known is None and len(others) >= AT_ONCE:
        raise Conflict(f"{AT_ONCE} models are being installed already.", hint="Wait for one of them, then retry.")
    if known is None:
        row = {"kind": PULL, "entity_id": entity_id, "owner_id": operation.caller.user_id, "op_id": operation.op_id}
        return tx.write_now(insert(jobs).values(row | mine).returning(jobs)).one()
    if told(known).status == "running":
        return known
    again = {"not_before": 0, "last_error": None, "attempts": 0} | mine
    return tx.write_now(update(jobs).where(jobs.c.row_id == known.row_id).values(again).returning(jobs)).one()


def take(tx: UnitOfWork, processes: ProcessRegistry, working: Collection[int]) -> list[Pull]:
    """What is due and nobody works on is this process's from now on; it is `working` on these rows."""
    holders = tx.query(select(jobs.c.lease).where(_IS_PULL, jobs.c.lease.is_not(None)).distinct()).scalars().all()
    dead = [id_ for id_ in holders if not processes.is_alive(tx.connection, id_)]
    left = and_(jobs.c.lease == processes.process_id, jobs.c.row_id.not_in(working))
    free = or_(jobs.c.lease.is_(None), jobs.c.lease.in_(dead), left)
    due = select(jobs.c.row_id).where(_IS_PULL, free, jobs.c.not_before <= now_ms()).with_for_update(skip_locked=True)
    mine = {"lease": processes.process_id, "attempts": jobs.c.attempts + 1}
    if not (ids := tx.query(due).scalars().all()):
        return []
    return list(tx.write_now(update(jobs).where(jobs.c.row_id.in_(ids)).values(mine).returning(jobs)).all())


def is_ours(connection: Connection, pull: Pull, process_id: str) -> bool:
    return connection.execute(select(jobs.c.row_id).where(*_ours(pull, process_id))).first() is not None


def advance(tx: UnitOfWork, pull: Pull, completed: int, total: int) -> bool:
    """Returns whether it still is to be done, by this process."""
    there = {"position": completed, "units": total}
    return tx.write_now(update(jobs).where(*_ours(pull, tx.process_id)).values(there)).rowcount > 0


def give_up(tx: UnitOfWork, pull: Pull, failure: Failure, *, for_good: bool) -> Pull | None:
    """It has failed; unless that is for good it is tried again after a while, ever longer."""
    wait_ms = min(FIRST_WAIT_S * 2 ** min(pull.attempts - 1, 20), LONGEST_WAIT_S) * 1000
    not_before = _NEVER if for_good else now_ms() + wait_ms
    values = {"lease": None, "not_before": not_before, "last_error": failure.model_dump_json()}
    return tx.write_now(update(jobs).where(*_ours(pull, tx.process_id)).values(values).returning(jobs)).first()


def let_go(tx: UnitOfWork) -> None:
    """Another process may go on with what this one works on, or this one after it was started again."""
    tx.write_now(update(jobs).where(_IS_PULL, jobs.c.lease == tx.process_id).values(lease=None))


def end(tx: UnitOfWork, pull: Pull) -> None:
    tx.write_now(delete(jobs).where(*_ours(pull, tx.process_id)))


def drop(tx: UnitOfWork, entity_id: str) -> Pull | None:
    """Whoever works on it finds it gone."""
    return tx.write_now(delete(jobs).where(_IS_PULL, jobs.c.entity_id == entity_id).returning(jobs)).first()


def _ours(pull: Pull, process_id: str) -> tuple[Any, Any]:
    return jobs.c.row_id == pull.row_id, jobs.c.lease == process_id
