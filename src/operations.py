"""Who asks for what, and when: the values that every layer below the web passes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from src.errors import Forbidden
from src.ids import new_id, now_ms, request_hash

Right = Literal["administer"]
Door = Literal["http", "socket", "script", "tool", "public", "invitation"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, with which rights, through what. `user_id` is the person whose things the caller may touch; what
    belongs to anyone else is not found. `administer` opens what concerns the whole server."""

    user_id: str
    rights: frozenset[Right] = frozenset()
    through: Door = "script"
    label: str = ""
    """Of a visitor: what his conversations are kept apart by."""

    def require(self, right: Right) -> None:
        """Raises Forbidden."""
        if right not in self.rights:
            raise Forbidden("Only who looks after this server may do that.", hint="Ask that person.")


@dataclass(frozen=True, slots=True)
class Stamp:
    """By which operation something changes, and when (milliseconds since 1970): all rows and events of it say so.
    `part_of` is the job of which it is a step, if it is one: see `stores.jobs`."""

    op_id: str
    time: int
    part_of: int | None = field(default=None, kw_only=True)

    @staticmethod
    def now(op_id: str | None = None) -> "Stamp":
        """Of what no person asked for, or what is known by other things than an id when it is repeated."""
        return Stamp(op_id or new_id(), now_ms())


@dataclass(frozen=True, slots=True)
class Operation(Stamp):
    """What a caller asks for. `request` names all that makes it this operation and no other, also what it is done to;
    `is_named`: its id is the caller's, so that it may come again."""

    caller: Caller
    kind: str
    request: Mapping[str, Any]
    is_named: bool
    earlier: tuple[Mapping[str, Any], ...] = ()
    """The same request, as versions before this one put it: an outbox may send it years later."""

    @classmethod
    def of(
        cls,
        caller: Caller,
        kind: str,
        request: Mapping[str, Any],
        op_id: str | None = None,
        *,
        earlier: tuple[Mapping[str, Any], ...] = (),
        otherwise: str | None = None,
    ) -> Self:
        """`otherwise` is the id on its rows and events when the caller gave none."""
        return cls(op_id or otherwise or new_id(), now_ms(), caller, kind, request, op_id is not None, earlier)

    @property
    def request_hash(self) -> str:
        return request_hash(self.kind, dict(self.request))

    def is_what(self, hash_: str) -> bool:
        """Whether an operation with this hash was this one."""
        return any(request_hash(self.kind, dict(request)) == hash_ for request in (self.request, *self.earlier))
