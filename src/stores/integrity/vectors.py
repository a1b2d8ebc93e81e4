"""Vectors against the words and the model that they are of."""

from collections.abc import Iterator
from functools import partial

from sqlalchemy import Connection

from src.stores import vectors as vectors_store
from src.stores.integrity.reading import Problems, Repair
from src.stores.unit_of_work import UnitOfWork


def vectors(connection: Connection) -> Problems:
    """Each is what was stored. That some are missing is no fault: they are made in the background."""
    for id_, is_damaged in vectors_store.damaged(connection):
        yield f"Vectors {id_} are not what was stored." if is_damaged else None


def repairs(connection: Connection) -> Iterator[Repair]:
    wrong = [id_ for id_, is_damaged in vectors_store.damaged(connection) if is_damaged]
    for id_ in wrong:
        yield Repair(f"vectors {id_} are made anew", partial(_embed_anew, id_))


def _embed_anew(id_: int, tx: UnitOfWork) -> None:
    vectors_store.embed_anew(tx, id_)
