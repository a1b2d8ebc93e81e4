"""Setting right what follows from other rows: numbers, the search index, and vectors.

What is wrong is read first, and each repair is right whatever was written since.
"""

from functools import partial
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Row, func, select

from src.entities import iso
from src.models import conversations, messages
from src.operations import Stamp
from src.stores import jobs, last_said
from src.stores.counters import COUNTERS
from src.stores.integrity.concepts import repairs as of_concepts
from src.stores.integrity.index import repairs as of_index
from src.stores.integrity.reading import Repair
from src.stores.integrity.vectors import repairs as of_vectors
from src.stores.jobs import Handler
from src.stores.unit_of_work import UnitOfWork

ALL = "repair all"
_SAID_AT = func.max(messages.c.created_at)
_BROUGHT = (
    select(conversations.c.id, conversations.c.updated_at, _SAID_AT.label("said_at"))
    .join(messages, messages.c.conversation_id == conversations.c.id)
    .where(conversations.c.forked_from.is_(None), conversations.c.updated_at >= conversations.c.created_at)
    .group_by(conversations.c.id, conversations.c.created_at, conversations.c.updated_at)
    .having(conversations.c.created_at > _SAID_AT)
)


def needed(connection: Connection) -> list[Repair]:
    derived = [*_counters(connection), *of_index(connection), *of_vectors(connection), *of_concepts(connection)]
    return [*derived, *_brought(connection)]


def order(tx: UnitOfWork, owner_id: str, repairs: int, stamp: Stamp) -> None:
    order_id = jobs.begin(tx, "repair", owner_id, owner_id, stamp)
    jobs.order(tx, order_id, ALL, owner_id, units=repairs)


def rest(connection: Connection, job: Row[Any]) -> Handler:
    """Those that are still needed, of which none is done yet, however far the job has come."""
    return partial(_do_some, needed(connection), int(job.position))


def _do_some(repairs: list[Repair], begun: int, tx: UnitOfWork, job: Row[Any], until: float) -> int | None:
    done = int(job.position) - begun
    for repair in repairs[done:]:
        repair.do(tx)
        done += 1
        if monotonic() > until:
            return begun + done
    return None


def _brought(connection: Connection) -> list[Repair]:
    """Earlier versions put what was said elsewhere, before the conversation was here, where it was brought."""
    return [
        Repair(
            f"conversation {row.id} was last talked in at {iso(row.said_at)}, it said {iso(row.updated_at)}",
            partial(last_said.set_, conversation_id=row.id, said_at=row.said_at, stamp=Stamp.now()),
        )
        for row in connection.execute(_BROUGHT)
    ]


def _counters(connection: Connection) -> list[Repair]:
    return [
        Repair(
            f"{counter.name} {' '.join(map(str, key))} is {actual} again, it said {stored}",
            partial(counter.repair, key, stored, actual),
        )
        for counter in COUNTERS
        for key, stored, actual in counter.differences(connection)
        if stored != actual
    ]
