"""What the log of changes keeps of a message, so that its text stands only once: in the row and, after an edit, in the
version that was kept of it. A change at `rev` said what the first version from `rev` on says; without one, what the row
says.

A payload without `content` is such a reference. The digest covers the text as if it stood there. A reply that is being
written keeps its own, as its row changes without a revision. What the event itself says, and what has its default, is
left out of both. Told whole are all other kinds of entities, and what earlier versions of Locrit logged.
"""

import json
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from sqlalchemy import Label, literal_column

from src.entities import Entity, Message, iso
from src.entities.base import defaults

SAID_SQL = """coalesce(
    (SELECT v.content FROM message_versions v WHERE v.message_id = events.entity_id AND v.rev >= events.rev
     ORDER BY v.rev LIMIT 1),
    (SELECT m.content FROM messages m WHERE m.id = events.entity_id))"""
SAID: Label[str | None] = literal_column(SAID_SQL).label("said")
"""Of an event: to be selected beside its columns, for `said` and `whole`."""

_TIMES = frozenset({"created_at", "updated_at"})
_PLACE = {"message_id", "conversation_id", "rev", "content"}
_DEFAULTS = {
    name: default
    for name, default in defaults(Message).items()
    if Message.model_fields[name].exclude_if is None and name != "parent_id"
}
_optional, _USUAL = attrgetter(*_DEFAULTS), tuple(_DEFAULTS.values())
_IN_A_NEW_ONE = _PLACE | _DEFAULTS.keys() | _TIMES


def stored(entity: Entity, now: int) -> tuple[str, str | None]:
    """The payload of a change that happens now, and the text that it refers to, if it does."""
    if not isinstance(entity, Message):
        return entity.model_dump_json(), None
    times = _TIMES if entity.created_at == entity.updated_at == now else frozenset()
    if times and _optional(entity) == _USUAL:
        left_out = _IN_A_NEW_ONE
    else:
        left_out = _PLACE | times | {name for name, default in _DEFAULTS.items() if getattr(entity, name) == default}
    if entity.status == "streaming":
        return entity.model_dump_json(exclude=left_out - {"content"}), None
    return entity.model_dump_json(exclude=left_out), entity.content


def whole(event: Mapping[str, Any]) -> dict[str, Any]:
    """What the change said; nothing when it was forgotten since. Raises ValueError for what is no JSON."""
    told: dict[str, Any] = json.loads(event["payload"])
    return _implied(event) | told if told and _is_of_message(event) else told


def said(event: Mapping[str, Any]) -> str | None:
    """The text that it refers to, as `digests` needs it."""
    try:
        return event["said"] or "" if _refers(event, json.loads(event["payload"])) else None
    except (ValueError, TypeError):  # no digest fits what cannot be read
        return None


def _refers(event: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    return bool(told) and "content" not in told and _is_of_message(event)


def _is_of_message(event: Mapping[str, Any]) -> bool:
    return str(event["type"]).startswith("message.")


def _implied(event: Mapping[str, Any]) -> dict[str, Any]:
    at = iso(event["created_at"])
    return {
        **_DEFAULTS,
        "message_id": event["entity_id"],
        "conversation_id": event["scope"].partition(":")[2],
        "rev": event["rev"],
        "content": event["said"],
        "created_at": at,
        "updated_at": at,
    }
