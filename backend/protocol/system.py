"""Models, health and the server itself on the wire."""

from typing import Literal

from backend.protocol.fields import Response


class Model(Response):
    name: str
    provider: Literal["ollama", "embedded"]
    label: str
    size: int
    parameter_size: str
    quantization: str
    family: str
    can_chat: bool


class ModelState(Response):
    provider: Literal["ollama", "embedded", "none"]
    status: Literal["ready", "starting", "unavailable"]
    detail: str
    host: str | None = None
    version: str | None = None


class ModelList(Response):
    success: Literal[True] = True
    models: list[Model]
    default: str
    state: ModelState


class Health(Response):
    """`longest_stall_ms`: for how long something held the event loop up, at most, in the last 10 to 20 seconds."""

    status: Literal["ok", "unhealthy"]
    database: bool
    loop: bool
    longest_stall_ms: float
    model: ModelState
    version: str


class OllamaModels(Response):
    """The names that a Locrit's `model` can be, as older clients list them."""

    success: Literal[True] = True
    models: list[str]
    count: int


class OllamaStatus(Response):
    success: Literal[True] = True
    available: bool
    host: str
    version: str | None = None
    message: str


class Pong(Response):
    status: Literal["ok"] = "ok"
    service: Literal["locrit"] = "locrit"
    version: str
