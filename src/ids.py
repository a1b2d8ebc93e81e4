"""Ids and the clock."""

import hashlib
import json
import time
from typing import Any
from uuid import UUID, uuid5

import uuid_utils

_SESSIONS = UUID("6f1d3c52-5a0f-4c5e-9d0a-5a1e6b1f7c11")
_ARTIFACTS = UUID("0b8c7a4e-93d1-4d1e-8f0e-2c6b5a7d9e34")
_CONCEPTS = UUID("5d0f6f0e-7f6b-4d0c-a7c4-1d9f1c5c7b52")


def new_id() -> str:
    """A UUIDv7: time-ordered, so that indexes grow at their end (RFC 9562)."""
    return str(uuid_utils.uuid7())


def session_conversation_id(locrit_id: str, client_label: str, session_id: str, life: int = 0) -> str:
    """The same three always give the same conversation, so a lost response cannot make two.

    `life` counts how often a conversation of this session was thrown away before.
    """
    name = [locrit_id, client_label, session_id, life] if life else [locrit_id, client_label, session_id]
    return str(uuid5(_SESSIONS, json.dumps(name)))


def artifact_id(message_id: str, position: int) -> str:
    """Of what a reply made there: whoever ends the reply once more, or takes it up again, makes no second one."""
    return str(uuid5(_ARTIFACTS, json.dumps([message_id, position])))


def concept_id(owner_id: str, locrit_id: str, key: str) -> str:
    """Of what is called so: an index that is made anew gives it the same."""
    return str(uuid5(_CONCEPTS, json.dumps([owner_id, locrit_id, key])))


def request_hash(kind: str, request: dict[str, Any]) -> str:
    canonical = json.dumps([kind, request], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def now_ms() -> int:
    return time.time_ns() // 1_000_000
