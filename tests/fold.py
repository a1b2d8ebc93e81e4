"""What a client makes of events: the newest payload of each entity, in the order of `seq`. A conversation is called
after its Locrit."""

import json
from collections.abc import Iterable
from typing import Any

DERIVED: dict[str, set[str]] = {
    "message": set(),
    "conversation": {"message_count", "head_seq", "generation_id", "preview", "updated_at"},
    "locrit": {"message_count", "conversation_count"},
    "memory": set(),
    "concept": set(),
    "artifact": set(),
    "tool_result": set(),
    "attachment": set(),
    "recall_mark": set(),
}
"""Fields that also follow from other entities' events, by kind."""


def fold(events: Iterable[Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """(kind, entity id) → payload. Events of one scope must come in their order; a revision never goes back."""
    state: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        key = event.type.partition(".")[0], event.entity_id
        payload = json.loads(event.payload) if isinstance(event.payload, str) else event.payload.wire()
        if not payload:  # what it said was forgotten since
            continue
        if key in state and payload["rev"] <= state[key]["rev"]:
            raise AssertionError(f"{event.type} of {event.entity_id} goes back to revision {payload['rev']}")
        state[key] = payload
    for (kind, _), payload in state.items():
        locrit = state.get(("locrit", payload.get("locrit_id", ""))) if kind == "conversation" else None
        payload |= {"locrit_name": locrit["name"]} if locrit else {}
    return state
