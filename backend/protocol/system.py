"""Models, health and the server itself on the wire."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field

from backend.protocol.fields import Id, RequestModel, ResponseModel, Title, not_blank
from src.entities import Failure
from src.events import ModelState
from src.services.pulls import Pull

MODEL_NAME = {"pattern": "^[^\\x00-\\x1f\\x7f]*[^\\x00-\\x1f\\x7f\\s][^\\x00-\\x1f\\x7f]*$"}


class Model(ResponseModel):
    name: str
    provider: Literal["ollama", "embedded"]
    label: str
    size: int
    parameter_size: str
    quantization: str
    family: str
    can_chat: bool
    thinks: bool
    think: list[str]
    loaded: bool


class PullModel(RequestModel):
    model: Annotated[Title, Field(min_length=1, json_schema_extra=MODEL_NAME), AfterValidator(not_blank)]
    op_id: Id | None = None


class ModelPull(ResponseModel):
    """A model being installed, or how that ended. Bytes; `total` is 0 until it is known."""

    model: str
    status: Literal["running", "done", "failed"]
    completed: int
    total: int
    error: Failure | None = None

    @classmethod
    def of(cls, pull: Pull) -> Self:
        return cls(model=pull.model, status=pull.status, completed=pull.completed, total=pull.total, error=pull.error)


class ModelList(ResponseModel):
    """`default` answers for Locrits without a model of their own; while there is none, `default_error` says why."""

    success: Literal[True] = True
    models: list[Model]
    default: str
    default_error: Failure | None = None
    state: ModelState
    pulls: list[ModelPull]


class Health(ResponseModel):
    """`longest_stall_ms`: for how long something held the event loop up, at most, in the last 10 to 20 seconds."""

    status: Literal["ok", "unhealthy"]
    database: bool
    loop: bool
    longest_stall_ms: float
    model: ModelState
    version: str


class OllamaModels(ResponseModel):
    """The names that a Locrit's `model` can be, as older clients list them."""

    success: Literal[True] = True
    models: list[str]
    count: int


class OllamaStatus(ResponseModel):
    success: Literal[True] = True
    available: bool
    host: str
    version: str | None = None
    message: str


class Pong(ResponseModel):
    status: Literal["ok"] = "ok"
    service: Literal["locrit"] = "locrit"
    version: str
