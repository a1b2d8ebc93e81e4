"""The shapes of what editors of components send, and the rows that they read."""

from typing import Any, Literal, Self

from backend.protocol.artifacts import ArtifactName
from backend.protocol.fields import Content, Id, Metadata, RequestModel, ResponseModel, Text, Title
from src.entities import Artifact, Conversation, Message, Timestamp, ToolResult


class SessionRow(ResponseModel):
    id: str
    title: str
    description: str
    is_active: bool
    created_at: Timestamp
    updated_at: Timestamp

    @classmethod
    def of(cls, one: Conversation) -> Self:
        kept = {"description": one.metadata.get("description") or "", "is_active": one.metadata.get("is_active", True)}
        return cls(id=one.session_id, title=one.title, created_at=one.created_at, updated_at=one.updated_at, **kept)


class MessageRow(ResponseModel):
    id: str
    session_id: str
    role: str
    content: str
    message_type: str
    conversation_id: str | None
    message_order: int
    metadata: dict[str, Any]
    created_at: Timestamp


class ComponentRow(ResponseModel):
    id: str
    session_id: str
    name: str
    jsx_code: str
    css_code: str
    component_type: str
    is_current: bool
    metadata: dict[str, Any]
    created_at: Timestamp
    updated_at: Timestamp


class Answer(ResponseModel):
    """`data` is a row, a list of them, or nothing."""

    success: Literal[True] = True
    data: Any = None


class SessionFields(RequestModel):
    title: Title | None = None
    description: Text | None = None
    is_active: bool | None = None


class NewMessage(RequestModel):
    role: Literal["user", "assistant", "system"]
    content: Content
    messageType: Literal["text", "image"] = "text"
    conversationId: Id | None = None
    metadata: Metadata | None = None


class NewComponent(RequestModel):
    name: ArtifactName
    jsxCode: Content
    cssCode: Text | None = None
    componentType: Title | None = None
    metadata: Metadata | None = None


class NewInteraction(RequestModel):
    prompt: Text
    response: Text | None = None
    interactionType: Title | None = None
    targetElement: Any = None
    conversationId: Id | None = None
    relatedMessageId: Id | None = None
    metadata: Metadata | None = None


class NewAiResponse(RequestModel):
    conversationId: Id | None = None
    userMessageId: Id | None = None
    promptText: Text | None = None
    responseText: Text | None = None
    modelName: Title | None = None
    responseTimeMs: float | None = None
    tokensUsed: int | None = None
    metadata: Metadata | None = None


def message_row(session_id: str, one: Message) -> MessageRow:
    return MessageRow(
        id=one.message_id,
        session_id=session_id,
        role=one.role,
        content=one.content,
        message_type=one.metadata.get("messageType", "text"),
        conversation_id=one.metadata.get("conversationId"),
        message_order=one.seq,
        metadata=one.metadata.get("sent", {}),
        created_at=one.created_at,
    )


def component_row(session_id: str, one: Artifact, is_current: bool) -> ComponentRow:
    return ComponentRow(
        id=one.id,
        session_id=session_id,
        name=one.name,
        jsx_code=one.content,
        css_code=one.css,
        component_type=one.metadata.get("componentType", ""),
        is_current=is_current,
        metadata=one.metadata.get("sent", {}),
        created_at=one.created_at,
        updated_at=one.updated_at,
    )


def told_row(session_id: str, one: ToolResult) -> dict[str, Any]:
    """What was sent, by names in snake case."""
    sent = one.arguments if isinstance(one.arguments, dict) else {}
    told = {"".join(f"_{c.lower()}" if c.isupper() else c for c in name): value for name, value in sent.items()}
    return {"id": one.id, "session_id": session_id, **told, "created_at": one.wire()["created_at"]}
