"""Setting right what follows from other rows: numbers, the search index, and vectors.

What is wrong is read first, and each repair is right whatever was written since.
"""

from functools import partial
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Row

from src.operations import Stamp
from src.stores import jobs
from src.stores.counters import COUNTERS
from src.stores.integrity.concepts import repairs as of_concepts
from src.stores.integrity.index import repairs as of_index
from src.stores.integrity.reading import Repair
from src.stores.integrity.vectors import repairs as of_vectors
from src.stores.jobs import Handler
from src.stores.unit_of_work import UnitOfWork

ALL = "repair all"


def needed(connection: Connection) -> list[Repair]:
    return [*_counters(connection), *of_index(connection), *of_vectors(connection), *of_concepts(connection)]


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
