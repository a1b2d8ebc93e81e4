"""Models, health and the server itself on the wire."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from backend.protocol.fields import Host, Id, RequestModel, ResponseModel, Seq, Title, ascii_only, not_blank
from src.entities import Failure, ModelPull, ServerSettings
from src.events import ModelState
from src.services.llm.options import ModelOptions

MODEL_NAME = {"pattern": "^[ -~]*[!-~][ -~]*$"}


class Model(ResponseModel):
    """`size` is in bytes. In tokens, `context_length` is what it can read at the most (0: not known), `num_ctx` the
    window that it asks for; a token of the window takes `token_bytes` of memory. `used_by` are Locrits, those without a
    model of their own included where it is the default."""

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
    tools: bool
    loaded: bool
    capabilities: list[str]
    context_length: int
    num_ctx: int | None
    token_bytes: int | None
    modified_at: str | None
    used_by: list[str]


class LoadedModel(ResponseModel):
    """One in memory: bytes in all, and on the graphics card; `until` (ISO 8601) nobody asks it, null for as long as its
    server runs."""

    name: str
    size: int
    size_vram: int
    context_length: int | None
    until: str | None


ModelName = Annotated[
    Title, Field(min_length=1, json_schema_extra=MODEL_NAME), AfterValidator(not_blank), AfterValidator(ascii_only)
]


class HostQuery(RequestModel):
    """`host` is that of another Ollama than the server's own: on this machine, or named in LOCRIT_OLLAMA_HOSTS."""

    host: Host = ""


class UnloadModel(HostQuery):
    model: ModelName


class PullModel(UnloadModel):
    op_id: Id | None = None


class ModelQuery(PullModel):
    """Which model, where."""


class ModelList(ResponseModel):
    """`default` answers for Locrits without a model of their own; while there is none, `default_error` says why.
    `hosts` are those that Locrits may be set to beside the server's own. `settings` are those of the server; `fixed`
    names the variables that count for more, by field. `has_encoder`: the small encoder is installed."""

    success: Literal[True] = True
    models: list[Model]
    loaded: list[LoadedModel]
    default: str
    default_error: Failure | None = None
    state: ModelState
    pulls: list[ModelPull]
    hosts: list[str]
    settings: ServerSettings
    fixed: dict[str, str]
    has_encoder: bool


class EditServerSettings(RequestModel):
    """Fields that are not sent stay as they are. `rev` is the revision that the edit is based on; a stale one is
    refused with 409 and the current settings."""

    default_model: Title | None = None
    meaning: Title | None = None
    options: ModelOptions | None = None
    rev: Seq | None = None
    op_id: Id | None = None


class PullList(ResponseModel):
    pulls: list[ModelPull]


class VisitorLimits(ResponseModel):
    """How many messages each visitor or guest may send a minute, and all of them together a day, to one Locrit."""

    per_minute: int
    per_day: int


class Health(ResponseModel):
    """`longest_stall_ms`: for how long something held the event loop up, at most, in the last 10 to 20 seconds."""

    status: Literal["ok", "unhealthy"]
    database: bool
    loop: bool
    longest_stall_ms: float
    model: ModelState
    version: str
