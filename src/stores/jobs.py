"""Work in committed steps: a row a job, written with the operation that orders it, gone with its last step.

What a person waits for is a job too, an *order*: it has no steps of its own, is told to its owner, and ends with the
last of its parts. A step holds the writer for about STEP_S, so what is saved meanwhile waits no longer. Who works on a
job holds its lease, as long as that process lives; one that failed is put off, ever longer, and says why.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, get_args

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, literal, or_, select, text, update

from src.errors import Postponed
from src.events import JobKind, JobProgress, JobStatus
from src.ids import now_ms
from src.models import jobs
from src.operations import Stamp
from src.stores.compiled_statement import CompiledStatement
from src.stores.concept_index import RECOUNT
from src.stores.process_registry import ProcessRegistry
from src.stores.unit_of_work import UnitOfWork

STEP_S = 0.01
EXTRACT = "extract"
"""Facts of a conversation: not in steps, but at the pace of a model; see `stores.extraction`."""
PUT_OFF_S, LONGEST_PUT_OFF_S = 5, 3600

ORDERS = tuple(kind for kind in get_args(JobKind) if kind not in ("pull", "embed"))
"""A pull has no parts: see `stores.pulls`. What is embedded follows from what is there: see `stores.vectors`."""

_IN_STEPS = text("kind <> 'index'")  # as literally as the index says it, or SQLite does not use that
_BESIDE = ("clear", RECOUNT, EXTRACT)
_IS_ORDER = jobs.c.kind.in_(ORDERS)
_THIS = jobs.c.row_id == bindparam("job")
_NEXT = (
    select(jobs)
    .where(
        _IN_STEPS,
        jobs.c.kind.in_(bindparam("kinds", expanding=True)),
        jobs.c.row_id >= bindparam("since"),
        jobs.c.row_id.not_in(bindparam("skipped", expanding=True)),
        jobs.c.not_before <= bindparam("now"),
        or_(jobs.c.lease.is_(None), jobs.c.lease.in_(bindparam("free", expanding=True))),
    )
    .order_by(jobs.c.row_id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_HOLDERS = select(jobs.c.lease).where(jobs.c.lease.is_not(None)).distinct()
_DONE = delete(jobs).where(_THIS)
_COME_TO = update(jobs).where(_THIS).values(position=bindparam("to"), lease=bindparam("by"))
_MORE = update(jobs).where(_THIS).values(units=jobs.c.units + bindparam("more"))
_FARTHER = update(jobs).where(_THIS).values(position=jobs.c.position + bindparam("more"))
_part = jobs.alias("part")
_PARTS = select(_part).where(_part.c.part_of == bindparam("job"))
_END = delete(jobs).where(_THIS, _IS_ORDER, ~_PARTS.exists()).returning(jobs)
_failed = (
    select(
        _part.c.part_of,
        func.min(_part.c.last_error).label("why"),
        func.min(_part.c.not_before).label("next_try_at"),
    )
    .where(_part.c.part_of.is_not(None), _part.c.last_error.is_not(None))
    .group_by(_part.c.part_of)
    .subquery()
)
_ORDERS = select(jobs, _failed.c.why, _failed.c.next_try_at).join(
    _failed, _failed.c.part_of == jobs.c.row_id, isouter=True
)
_ORDER = _ORDERS.where(jobs.c.row_id == bindparam("job"))
_OWNED = _ORDERS.where(jobs.c.owner_id == bindparam("owner"), _IS_ORDER).order_by(jobs.c.row_id)
_COPYING = CompiledStatement(
    select(jobs.c.row_id).where(_IN_STEPS, jobs.c.entity_id == bindparam("conversation"), jobs.c.kind == "fork")
)
_ALIKE = select(jobs.c.part_of).where(
    _IN_STEPS, jobs.c.kind == bindparam("kind"), jobs.c.entity_id == bindparam("entity")
)
_AWAITED = select(jobs.c.row_id).where(
    jobs.c.owner_id == bindparam("owner"),
    or_(jobs.c.op_id == bindparam("op"), jobs.c.entity_id == bindparam("entity")),
)
_AWAITED_PARTS = select(jobs).where(jobs.c.part_of.in_(_AWAITED)).order_by(jobs.c.row_id)

Job = Row[Any]
Handler = Callable[[UnitOfWork, Job, float], int | None]
"""Does a piece of the job, until a `time.monotonic()`; returns how far it has come, None when nothing is left to do."""
Reader = Callable[[Connection, Job], Handler]
"""Reads what a job needs to know of much else, which the writer must not wait for, and gives its handler."""


def begin(tx: UnitOfWork, kind: JobKind, entity_id: str, owner_id: str | None, stamp: Stamp) -> int:
    """The order for what is about to be ordered: a new one, or that of which `stamp` is a step."""
    if stamp.part_of is not None:
        return stamp.part_of
    row = {"kind": kind, "entity_id": entity_id, "owner_id": owner_id, "op_id": stamp.op_id}
    return int(tx.write_now(insert(jobs).values(row).returning(jobs.c.row_id)).scalar_one())


def order(tx: UnitOfWork, order_id: int, kind: str, entity_id: str, units: int = 1, position: int = 0) -> None:
    row = {"kind": kind, "entity_id": entity_id, "part_of": order_id, "units": units, "position": position}
    tx.write_now(insert(jobs), row)
    tx.write_now(_MORE, {"job": order_id, "more": units})


def order_each(tx: UnitOfWork, order_id: int, kind: str, ids: Select[Any]) -> int:
    """One for each id that the query gives; returns how many that were."""
    count = int(tx.query(select(func.count()).select_from(ids.subquery())).scalar_one())
    rows = ids.add_columns(literal(kind), literal(1), literal(order_id))
    tx.write_now(insert(jobs).from_select(["entity_id", "kind", "units", "part_of"], rows))
    tx.write_now(_MORE, {"job": order_id, "more": count})
    return count


def order_alike(tx: UnitOfWork, kind: str, entity_id: str, of_id: str) -> None:
    """What is still to be done with `of_id`, with this one too."""
    for order_id in tx.query(_ALIKE, {"kind": kind, "entity": of_id}).scalars().all():
        order(tx, order_id, kind, entity_id)


def end(tx: UnitOfWork, order_id: int) -> None:
    """If it has no parts left: its owner is told."""
    for ended in tx.write_now(_END, {"job": order_id}).all():
        _tell(tx, ended, "done")


def tell(tx: UnitOfWork, order_id: int) -> None:
    """Its owner how far it has come, if it has not ended."""
    for row in tx.query(_ORDER, {"job": order_id}).all():
        _tell(tx, row, _status(row), row.why)


def orders(connection: Connection, owner_id: str) -> list[JobProgress]:
    """What this person ordered and is not done, the oldest first."""
    rows = connection.execute(_OWNED, {"owner": owner_id}).all()
    return [_progress(row, _status(row), row.why) for row in rows]


def awaited(connection: Connection, owner_id: str, op_id: str, entity_id: str) -> list[Job]:
    """What is left to do of this person's operation, or of what was ordered for that entity before."""
    key = {"owner": owner_id, "op": op_id, "entity": entity_id}
    return list(connection.execute(_AWAITED_PARTS, key).all())


def entity_of(tx: UnitOfWork, order_id: int) -> str:
    return str(tx.query(select(jobs.c.entity_id).where(_THIS), {"job": order_id}).scalar_one())


def check_not_copied(connection: Connection, conversation_id: str) -> None:
    """Raises Postponed for a fork that is not whole yet."""
    if _COPYING.first(connection, {"conversation": conversation_id}) is not None:
        raise Postponed("This conversation is still being copied.", hint="Send it again in a moment.")


def put_off(tx: UnitOfWork, job: Job, reason: str) -> None:
    """It has failed: others come first, and it waits twice as long as the last time."""
    wait_ms = min(PUT_OFF_S * 2 ** min(job.attempts, 20), LONGEST_PUT_OFF_S) * 1000
    values = {"attempts": jobs.c.attempts + 1, "not_before": now_ms() + wait_ms, "lease": None, "last_error": reason}
    tx.write_now(update(jobs).where(jobs.c.row_id == job.row_id).values(values))
    if job.part_of is not None:
        tell(tx, job.part_of)


def hasten(tx: UnitOfWork, parts: list[int]) -> None:
    """Somebody asks for it again: what was put off is tried now."""
    tx.write_now(update(jobs).where(jobs.c.row_id.in_(parts)).values(not_before=0))


def is_ordered(entity_id: Any) -> Any:
    """A condition: this entity is to become another one. What a Locrit has is cleared; it itself stays."""
    return select(jobs.c.row_id).where(_IN_STEPS, jobs.c.entity_id == entity_id, jobs.c.kind.not_in(_BESIDE)).exists()


@dataclass
class Step:
    """An operation for the writer. `prepared` are the handlers of jobs that had to be read
    for, by `row_id`. When it fails, `working_on` is the job that made it fail. `tells`: the owner of what was worked on
    last. `since` is where it goes on to look: what is put off is passed once by all steps, not by each. Afterwards
    `unprepared` is the job that has to be read for, if it came to one."""

    handlers: Mapping[str, Handler]
    readers: Mapping[str, Reader]
    processes: ProcessRegistry
    prepared: Mapping[int, Handler] = field(default_factory=dict)
    skipped: list[int] = field(default_factory=list)
    tells: bool = False
    since: int = 0
    working_on: Job | None = None
    unprepared: Job | None = None

    def __call__(self, tx: UnitOfWork) -> bool:
        """Does what fits; returns whether there may be more."""
        until, order_id, self.unprepared = monotonic() + STEP_S, None, None
        while monotonic() < until:
            self.working_on = job = self._next(tx)
            if job is None:
                return False
            handler = self.handlers.get(job.kind) or self.prepared.get(job.row_id)
            if handler is None:
                self.unprepared = job
                break
            order_id = job.part_of
            self._come_to(tx, job, handler(tx, job, until))
        if self.tells and order_id is not None:
            tell(tx, order_id)
        return True

    def _come_to(self, tx: UnitOfWork, job: Job, position: int | None) -> None:
        if position is None:
            tx.write_now(_DONE, {"job": job.row_id})
        else:
            tx.write_now(_COME_TO, {"job": job.row_id, "to": position, "by": self.processes.process_id})
        if job.part_of is not None:
            more = max(0, (job.units if position is None else position) - job.position)
            tx.write_now(_FARTHER, {"job": job.part_of, "more": more})
            end(tx, job.part_of)

    def _next(self, tx: UnitOfWork) -> Job | None:
        """Not what another process works on. Its own transaction keeps others from it until the lease is stored. What
        is before `since` comes when nothing is left behind that."""
        holders = tx.query(_HOLDERS).scalars().all()
        here = self.processes.process_id
        free = [id_ for id_ in holders if id_ == here or not self.processes.is_alive(tx.connection, id_)]
        key = {"kinds": [*self.handlers, *self.readers], "skipped": self.skipped, "now": now_ms(), "free": free}
        job = tx.query(_NEXT, key | {"since": self.since}).first()
        if job is None and self.since:
            job = tx.query(_NEXT, key | {"since": 0}).first()
        self.since = job.row_id if job is not None else 0
        return job


def _status(row: Job) -> JobStatus:
    return "running" if row.why is None else "failing"


def _tell(tx: UnitOfWork, row: Job, status: JobStatus, error: str | None = None) -> None:
    if row.owner_id is not None:
        tx.publish_after_commit(_progress(row, status, error))


def _progress(row: Job, status: JobStatus, error: str | None = None) -> JobProgress:
    return JobProgress(
        user_id=row.owner_id,
        op_id=row.op_id,
        kind=row.kind,
        entity_id=row.entity_id,
        status=status,
        done=min(row.position, row.units),
        total=row.units,
        error=error,
        next_try_at=row.next_try_at if error is not None else None,
    )
