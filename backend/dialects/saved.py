"""The shapes of what clients that save at once send and read. In their names it is camelCase."""

from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, JsonValue

from backend.dialects.threads import Moment, their_id
from backend.protocol.artifacts import ArtifactName
from backend.protocol.fields import Id, RequestModel, ResponseModel, Text, Title
from backend.protocol.history import MAX_SYNCED
from src.entities import Artifact, ArtifactType, Conversation, Message, Role, Timestamp, ToolResult

STORED_AS: dict[str, Role] = {"thinking": "assistant", "tool-result": "tool"}
TheirRole = Literal["user", "assistant", "system", "tool", "thinking", "tool-result"]
TYPES: dict[str, ArtifactType] = {
    "html": "html",
    "htm": "html",
    "svg": "svg",
    "md": "markdown",
    "markdown": "markdown",
    "mmd": "mermaid",
    "mermaid": "mermaid",
    "jsx": "jsx",
    "tsx": "jsx",
}
OPTIONS = ("toolName", "imageUrl", "toolResultId", "toolCallId", "artifactId", "thinkingContent", "isError")


class MessageOptions(RequestModel):
    """What is kept with a message for its client."""

    toolName: Text | None = None
    imageUrl: Text | None = None
    toolResultId: Text | None = None
    toolCallId: Text | None = None
    artifactId: Text | None = None
    thinkingContent: Text | None = None
    isError: bool | None = None
    isIncomplete: bool = False


class TheirSave(MessageOptions):
    """Ours stands in it by its own names, for who sends those."""

    model_config = ConfigDict(extra="allow")

    role: TheirRole | None = None
    content: Text | None = None
    messageId: Id | None = None


class TheirToolResult(RequestModel):
    """What is not sent stays."""

    id: Id | None = None
    toolResultId: Id | None = None
    toolName: Title | None = None
    displayName: Title | None = None
    args: JsonValue = None
    result: JsonValue = None
    timestamp: Moment = None


class ArtifactFields(RequestModel):
    id: Id | None = None
    name: ArtifactName | None = None
    content: Text | None = None
    timestamp: Moment = None


class NewArtifact(RequestModel):
    artifact: ArtifactFields
    messageId: Id | None = None


class ChangedArtifact(ArtifactFields):
    artifactId: Id | None = None


class TheirSync(RequestModel):
    model_config = ConfigDict(extra="allow")

    messages: list[dict[str, Any]] = Field(default_factory=list, max_length=MAX_SYNCED)
    toolResults: list[TheirToolResult] = Field(default_factory=list, max_length=MAX_SYNCED)
    artifacts: list[ArtifactFields] = Field(default_factory=list, max_length=MAX_SYNCED)


class SavedMessage(ResponseModel):
    """By the names of two families."""

    id: str
    conversationId: str
    role: str
    content: str
    toolName: str | None
    imageUrl: str | None
    toolResultId: str | None
    toolCallId: str | None
    artifactId: str | None
    thinkingContent: str | None
    isError: bool
    isIncomplete: bool
    createdAt: Timestamp
    timestamp: Timestamp
    session_id: str
    user_id: str
    metadata: dict[str, Any]

    @classmethod
    def of(cls, message: Message, conversation: Conversation) -> Self:
        told = {name: message.metadata.get(name) for name in OPTIONS}
        return cls(
            **told | {"isError": bool(told["isError"]) or message.status == "failed"},
            id=their_id(message),
            conversationId=message.conversation_id,
            role=str(message.metadata.get("role", message.role)),
            content=message.content,
            isIncomplete=message.status in ("streaming", "interrupted"),
            createdAt=message.created_at,
            timestamp=message.created_at,
            session_id=conversation.session_id,
            user_id=conversation.user_id,
            metadata=message.metadata,
        )


class MessageAnswer(ResponseModel):
    """And ours beside it."""

    message: SavedMessage
    message_id: str
    conversation_id: str
    seq: int
    rev: int


class SavedToolResult(ResponseModel):
    id: str
    toolName: str
    args: JsonValue
    result: JsonValue
    displayName: str
    timestamp: int

    @classmethod
    def of(cls, one: ToolResult) -> Self:
        return cls(
            id=one.id.removeprefix(f"{one.conversation_id}:"),
            toolName=one.name,
            args=one.arguments,
            result=one.result,
            displayName=one.display_name,
            timestamp=one.created_at,
        )


class ToolResultAnswer(ResponseModel):
    toolResult: SavedToolResult


class SavedArtifact(ResponseModel):
    id: str
    name: str
    content: str
    timestamp: int
    type: ArtifactType
    version: int

    @classmethod
    def of(cls, one: Artifact) -> Self:
        told = {"id": one.metadata.get("id", one.id), "timestamp": one.metadata.get("timestamp", one.created_at)}
        return cls(**one.model_dump(include={"name", "content", "type", "version"}) | told)


class ArtifactAnswer(ResponseModel):
    artifact: SavedArtifact
