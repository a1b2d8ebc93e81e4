"""A Locrit, and what it lets others do."""

from typing import Any, Literal

from pydantic import Field

from src.entities.base import Entity, Timestamp


class OpenTo(Entity):
    """Who may talk to a Locrit."""

    humans: bool = True
    locrits: bool = True
    invitations: bool = True
    internet: bool = False
    platform: bool = False


class AccessTo(Entity):
    """What a Locrit shows of itself."""

    logs: bool = True
    quick_memory: bool = True
    full_memory: bool = True
    llm_info: bool = True


RecallLevel = Literal["off", "low", "full"]
Extraction = Literal["off", "suggest", "automatic"]
ToolPermission = Literal["ask", "always"]


Options = dict[str, float | int | str | bool | list[str]]
"""Of a model's way to answer, by Ollama's names: see `services.llm.options`."""


class Locrit(Entity):
    """A named persona. `host` is the Ollama that answers for it, empty for the server's own; `model` is empty for "the
    default model" of that one; `options` are the model's own, such as temperature. `think` is "on", "off" or a level
    that the model knows, empty for what the model does by itself. `tools` are those that its model may call, by name;
    before one that changes something the person is asked each time, or never. `recall` is how much of what was said
    in other conversations it is reminded of; `memories` says whether facts are extracted from
    what is said, and whether a person is asked before they count. `former_names`, oldest first, still lead
    to it. `metadata` is what clients keep with it."""

    id: str
    name: str
    former_names: list[str] = Field(default_factory=list)
    description: str = ""
    system_prompt: str = ""
    host: str = ""
    model: str = ""
    options: Options = Field(default_factory=dict)
    think: str = ""
    tools: dict[str, ToolPermission] = Field(default_factory=dict)
    recall: RecallLevel = "off"
    memories: Extraction = "off"
    metadata: dict[str, Any] = Field(default_factory=dict)
    message_limit: int = 50
    avatar: str = ""
    welcome_message: str = ""
    active: bool = True
    open_to: OpenTo = OpenTo()
    access_to: AccessTo = AccessTo()
    created_at: Timestamp
    updated_at: Timestamp
    deleted_at: Timestamp | None = None
    forgotten_at: Timestamp | None = None
    rev: int
    message_count: int = 0
    conversation_count: int = 0
