"""What the application speaks about, in the shape that every caller sees, the wire included."""

from src.entities.artifacts import (
    Artifact,
    ArtifactChange,
    ArtifactType,
    ArtifactVersion,
    ListedArtifact,
)
from src.entities.attachments import Attachment, AttachmentChange
from src.entities.base import Change, Entity, Failure, MessageStatus, Role, Scrubbed, Timestamp, iso
from src.entities.changes import (
    ChangeEvent,
    ConversationChange,
    LocritChange,
    MemoryChange,
    MessageChange,
)
from src.entities.commands import GenerationResult, NewMessage, OpenConversation, SendMessage
from src.entities.conversations import (
    VISITOR,
    Conversation,
    GenerationState,
    Message,
    MessageVersion,
    PromptContext,
    PromptReading,
    Turn,
    Usage,
)
from src.entities.explorer import (
    DayActivity,
    FoundMessage,
    Memory,
    MemoryOverview,
    MemorySource,
    MemoryStatistics,
    MemoryVersion,
    ModelUse,
    RecalledHit,
    RecalledMemory,
    RecalledMessage,
)
from src.entities.integrity import Check, Checking, Examination, IntegrityReport
from src.entities.interactions import Interaction
from src.entities.invitations import Invitation
from src.entities.locrits import AccessTo, Locrit, OpenTo, ToolPermission
from src.entities.merge import ClientArtifact, ClientConversation, ClientLocrit, ClientMessage, ClientRows, MergeResult
from src.entities.models import ModelPull
from src.entities.parts import Body, FilePart, Part, ReasoningPart, TextPart, ToolCallPart
from src.entities.search import Filters, Found, Mark, SearchCursor
from src.entities.server import ServerSettings, ServerSettingsChange
from src.entities.storage import StorageUsage
from src.entities.tools import NewToolResult, ToolAnswer, ToolResult, ToolResultChange, ToolStatus
from src.entities.trash import Emptied, Left, Trash, TrashedArtifact, TrashedMemory, TrashedMessage

__all__ = [
    "VISITOR",
    "AccessTo",
    "Artifact",
    "ArtifactChange",
    "ArtifactType",
    "ArtifactVersion",
    "Attachment",
    "AttachmentChange",
    "Body",
    "Change",
    "ChangeEvent",
    "Check",
    "Checking",
    "ClientArtifact",
    "ClientConversation",
    "ClientLocrit",
    "ClientMessage",
    "ClientRows",
    "Conversation",
    "ConversationChange",
    "DayActivity",
    "Emptied",
    "Entity",
    "Examination",
    "Failure",
    "FilePart",
    "Filters",
    "Found",
    "FoundMessage",
    "GenerationResult",
    "GenerationState",
    "IntegrityReport",
    "Interaction",
    "Invitation",
    "Left",
    "ListedArtifact",
    "Locrit",
    "LocritChange",
    "Mark",
    "Memory",
    "MemoryChange",
    "MemoryOverview",
    "MemorySource",
    "MemoryStatistics",
    "MemoryVersion",
    "MergeResult",
    "Message",
    "MessageChange",
    "MessageStatus",
    "MessageVersion",
    "ModelPull",
    "ModelUse",
    "NewMessage",
    "NewToolResult",
    "OpenConversation",
    "OpenTo",
    "Part",
    "PromptContext",
    "PromptReading",
    "ReasoningPart",
    "RecalledHit",
    "RecalledMemory",
    "RecalledMessage",
    "Role",
    "Scrubbed",
    "SearchCursor",
    "SendMessage",
    "ServerSettings",
    "ServerSettingsChange",
    "StorageUsage",
    "TextPart",
    "Timestamp",
    "ToolAnswer",
    "ToolCallPart",
    "ToolPermission",
    "ToolResult",
    "ToolResultChange",
    "ToolStatus",
    "Trash",
    "TrashedArtifact",
    "TrashedMemory",
    "TrashedMessage",
    "Turn",
    "Usage",
    "iso",
]
