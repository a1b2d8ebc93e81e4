"""The log of changes: a model for each kind of entity, and `ChangeEvent`, which is any of them, told apart by `type`.

The log, the relay, the OpenAPI document and the frontend's types follow from it. A new kind is a model with its types,
named in `ChangeEvent`, and files of its own.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from src.entities.artifacts import ArtifactChange
from src.entities.attachments import AttachmentChange
from src.entities.base import Change, Scrubbed
from src.entities.concepts import ConceptChange
from src.entities.conversations import Conversation, Message
from src.entities.explorer import Memory
from src.entities.locrits import Locrit
from src.entities.recall import RecallMarkChange
from src.entities.server import ServerSettingsChange
from src.entities.tools import ToolResultChange

MessageChangeType = Literal[
    "message.created", "message.updated", "message.deleted", "message.restored", "message.forgotten"
]
ConversationChangeType = Literal[
    "conversation.created",
    "conversation.updated",
    "conversation.deleted",
    "conversation.restored",
    "conversation.forgotten",
]
LocritChangeType = Literal["locrit.created", "locrit.updated", "locrit.deleted", "locrit.restored", "locrit.forgotten"]
MemoryChangeType = Literal["memory.created", "memory.updated", "memory.deleted", "memory.restored", "memory.forgotten"]


class MessageChange(Change):
    table = "messages"
    untold = frozenset({"row_id", "locrit_id", "copied_from"})

    type: MessageChangeType
    payload: Message | Scrubbed


class ConversationChange(Change):
    table = "conversations"
    untold = frozenset({"head_seq", "message_seq", "message_count", "preview", "leaf_id", "updated_at"})

    type: ConversationChangeType
    payload: Conversation | Scrubbed

    @model_validator(mode="before")
    @classmethod
    def _of_before(cls, told: Any) -> Any:
        """The first versions did not log whose conversation it is."""
        payload = told["payload"]
        return {**told, "payload": {"locrit_id": "", **payload}} if isinstance(payload, dict) and payload else told


class LocritChange(Change):
    table = "locrits"
    untold = frozenset({"owner_id", "conversation_count"})

    type: LocritChangeType
    payload: Locrit | Scrubbed


class MemoryChange(Change):
    table = "memories"
    untold = frozenset()

    type: MemoryChangeType
    payload: Memory | Scrubbed


ChangeEvent = Annotated[
    MessageChange
    | ConversationChange
    | LocritChange
    | MemoryChange
    | ConceptChange
    | ArtifactChange
    | ToolResultChange
    | AttachmentChange
    | ServerSettingsChange
    | RecallMarkChange,
    Field(discriminator="type"),
]
