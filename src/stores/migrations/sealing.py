"""How events and rows were sealed when migrations 0002 to 0008 were written. It stays as it is: what they make of an
old database must not depend on what `src.stores.digests` and `src.stores.checksums` have become since.
"""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic_core import to_json

FIRST_PLACE = ("scope", "seq", "type", "entity_id", "rev")
"""What the digests of events covered before migration 0008."""
PLACE = (*FIRST_PLACE, "op_id", "created_at")
NOTHING = "{}"

CHECKSUM_BYTES = 8
KEYS = {
    "users": ("id",),
    "conversations": ("id",),
    "message_versions": ("message_id", "rev"),
    "generations": ("id",),
    "generation_chunks": ("generation_id", "idx"),
    "ops": ("op_id",),
    "memory_versions": ("memory_id", "rev"),
}
COVERED = {
    "users": ("created_at", "id"),
    "conversations": ("created_at", "forked_from", "id", "locrit_id", "owner_id", "session_id", "user_id"),
    "message_versions": ("content", "created_at", "message_id", "rev", "status"),
    "generations": (
        *("completion_tokens", "context", "conversation_id", "ended_at", "error", "first_token_ms", "id"),
        *("message_id", "model", "process_id", "prompt_tokens", "started_at", "status", "stop_requested", "total_ms"),
    ),
    "generation_chunks": ("generation_id", "idx", "text"),
    "ops": ("created_at", "op_id", "request_hash", "result"),
    "memory_versions": ("content", "created_at", "importance", "memory_id", "rev", "tags"),
}
DEFAULTS: dict[str, Any] = {
    "completion_tokens": 0,
    "content": "",
    "first_token_ms": 0.0,
    "prompt_tokens": 0,
    "stop_requested": False,
    "tags": "[]",
    "total_ms": 0.0,
}


def seal(event: dict[str, Any], before: bytes) -> None:
    """Adds salt, payload hash and digest; `before` is the digest of the event before it, empty for the first."""
    event["salt"] = os.urandom(16)
    event["payload_hash"] = _payload_hash(event["salt"], event["payload"])
    event["digest"] = digest(event, before, FIRST_PLACE)


def digest(event: Mapping[str, Any], before: bytes, place: Sequence[str]) -> bytes:
    at = "\0".join(str(event[name]) for name in place)
    return hashlib.sha256(before + event["payload_hash"] + at.encode()).digest()


def holds(event: Mapping[str, Any], before: bytes) -> bool:
    """Whether the event is what was sealed; of a forgotten one, whether its place is."""
    try:
        if event["salt"] is None:
            if event["payload"] != NOTHING:
                return False
        elif _payload_hash(event["salt"], event["payload"]) != event["payload_hash"]:
            return False
        return bool(digest(event, before, FIRST_PLACE) == event["digest"])
    except (AttributeError, TypeError, ValueError):  # a value of another kind, half a character
        return False


def checksum(table: str, row: Mapping[str, Any]) -> bytes:
    """Of what differs from the defaults; empty for a row that is so damaged that it has none."""
    said = {
        name: PLAIN[name](row[name]) if name in PLAIN else row[name]
        for name in COVERED[table]
        if row[name] != DEFAULTS.get(name)
    }
    try:
        return hashlib.blake2b(to_json(said), digest_size=CHECKSUM_BYTES).digest()
    except ValueError:
        return b""


def _payload_hash(salt: bytes, payload: str) -> bytes:
    return hashlib.sha256(salt + payload.encode()).digest()


def _exactly(value: Any) -> Any:
    return float(value).hex() if isinstance(value, int | float) else value


PLAIN: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("first_token_ms", "importance", "total_ms"), _exactly),
    "stop_requested": bool,
}
"""A driver gives back another type than was stored."""
