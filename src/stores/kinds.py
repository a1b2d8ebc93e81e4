"""The kinds of entities that `ChangeEvent` lists: what their changes are called and say, and where they are stored."""

from dataclasses import dataclass
from typing import get_args

from sqlalchemy import Table

from src.entities import Change, ChangeEvent, Entity
from src.models import metadata


@dataclass(frozen=True, slots=True)
class Kind:
    """`name` begins the types of its changes."""

    name: str
    change: type[Change]
    entity: type[Entity]

    @property
    def table(self) -> Table:
        return metadata.tables[self.change.table]


def _kind(change: type[Change]) -> Kind:
    types, entities = (get_args(change.model_fields[field].annotation) for field in ("type", "payload"))
    return Kind(types[0].partition(".")[0], change, entities[0])


KINDS = {kind.name: kind for kind in map(_kind, get_args(get_args(ChangeEvent)[0]))}


def kind_of(type_: str) -> Kind:
    """Of a change of this type."""
    return KINDS[type_.partition(".")[0]]
