"""A digest chain: each event's digest covers the one before it, so that nothing can be changed, dropped or put in
between unseen (Haber and Stornetta, "How to Time-Stamp a Digital Document", 1991).

The chain covers a salted hash of the payload and of the text that it refers to, not these themselves: what is forgotten
loses payload and salt, and the chain still holds. Every other column of an event is covered as it is.
"""

import hashlib
import os
from collections.abc import Mapping
from typing import Any

PLACE = ("scope", "seq", "type", "entity_id", "rev", "op_id", "created_at")
NOTHING = "{}"
"""The payload of what was forgotten."""


def chain(event: dict[str, Any], before: bytes, said: str | None = None) -> None:
    """Adds salt, payload hash and digest; `before` is the digest of the event before it, empty for the first. `said` is
    the text that the payload refers to."""
    event["salt"] = os.urandom(16)
    event["payload_hash"] = payload_hash(event["salt"], event["payload"], said)
    event["digest"] = digest(event, before)


def payload_hash(salt: bytes, payload: str, said: str | None = None) -> bytes:
    whole = payload if said is None else f"{payload}\0{said}"
    return hashlib.sha256(salt + whole.encode()).digest()


def digest(event: Mapping[str, Any], before: bytes) -> bytes:
    at = "\0".join(str(event[name]) for name in PLACE)
    return hashlib.sha256(before + event["payload_hash"] + at.encode()).digest()


def verify(event: Mapping[str, Any], before: bytes, said: str | None = None) -> bool:
    """Whether the event is what was chained; of a forgotten one, whether its place is."""
    try:
        if event["salt"] is None:
            if event["payload"] != NOTHING:
                return False
        elif payload_hash(event["salt"], event["payload"], said) != event["payload_hash"]:
            return False
        return bool(digest(event, before) == event["digest"])
    except (AttributeError, TypeError, ValueError):  # a value of another kind, half a character
        return False
