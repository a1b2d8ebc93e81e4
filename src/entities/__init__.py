"""What the application speaks about, in the shape that every caller sees, the wire included."""

from src.entities.base import Entity, Failure, MessageStatus, Role, Timestamp, iso
from src.entities.changes import ChangeEvent
from src.entities.conversations import (
    Conversation,
    GenerationState,
    Message,
    MessageVersion,
    PromptContext,
    Turn,
    Usage,
)
from src.entities.explorer import (
    Concept,
    DayActivity,
    FoundMessage,
    Memory,
    MemoryStatistics,
    MemorySummary,
    RememberedMessage,
    RememberedSession,
    SearchHit,
)
from src.entities.integrity import Check, Checking, IntegrityReport
from src.entities.locrits import AccessTo, Locrit, OpenTo

__all__ = [
    "AccessTo",
    "ChangeEvent",
    "Check",
    "Checking",
    "Concept",
    "Conversation",
    "DayActivity",
    "Entity",
    "Failure",
    "FoundMessage",
    "GenerationState",
    "IntegrityReport",
    "Locrit",
    "Memory",
    "MemoryStatistics",
    "MemorySummary",
    "Message",
    "MessageStatus",
    "MessageVersion",
    "OpenTo",
    "PromptContext",
    "RememberedMessage",
    "RememberedSession",
    "Role",
    "SearchHit",
    "Timestamp",
    "Turn",
    "Usage",
    "iso",
]
