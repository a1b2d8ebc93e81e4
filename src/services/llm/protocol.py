"""The one shape of a language model provider: everything else is built on `chat`."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NotRequired, Protocol, TypedDict

# Outside the protocol, whose `list` is a method.
Vectors = list[list[float]]


class ToolFunction(TypedDict):
    name: str
    arguments: dict[str, Any]


class CalledTool(TypedDict):
    function: ToolFunction


class PromptMessage(TypedDict):
    """`tool_calls` are what an assistant asked for, `tool_name` is which of them a tool's message answers. `images` are
    base64, JPEG or PNG."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    tool_calls: NotRequired[list[CalledTool]]
    tool_name: NotRequired[str]
    images: NotRequired[list[str]]


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """What a model is told of a tool; `parameters` is the JSON schema of its arguments."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What a model asks for. `arguments` are as it sent them: an object, or whatever it took for one."""

    name: str
    arguments: Any


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """Counts are tokens, times are milliseconds, as the model itself reports them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    load_ms: float = 0.0
    prompt_ms: float = 0.0
    completion_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of a reply. The last one of a reply that has an end, and only that one, carries `usage` and why it ended:
    "stop" or nothing when all is said, "length" at a limit. `thinking` is what the model does not count as said,
    `tool_calls` are the tools that it asks to be run. It came as so many `tokens`."""

    content: str
    usage: ModelUsage | None = None
    done_reason: str = ""
    thinking: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tokens: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """An installed model. `size` is in bytes; `can_chat` is false for embedding-only models, `thinks` is true for
    those that think before they speak, and `think` what they can be told of it ("on", "off", levels); `tools`: it can
    call them; `loaded` while it is in memory; `label` is for people, `digest` changes with its weights. The rest is as
    in `ModelDetails`, 0 or empty while it is not known."""

    name: str
    provider: Literal["ollama", "embedded"]
    size: int = 0
    parameter_size: str = ""
    quantization: str = ""
    family: str = ""
    can_chat: bool = True
    thinks: bool = False
    think: tuple[str, ...] = ()
    tools: bool = False
    loaded: bool = False
    modified_at: str | None = None
    label: str = ""
    capabilities: tuple[str, ...] = ()
    context_length: int = 0
    num_ctx: int | None = None
    token_bytes: int | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """In tokens, `context_length` is what the model can read at the most, `num_ctx` the window that it asks for. Each
    token of the window takes `token_bytes` of memory, where that is known."""

    name: str
    context_length: int
    num_ctx: int | None = None
    capabilities: tuple[str, ...] = ()
    think: tuple[str, ...] = ()
    token_bytes: int | None = None

    @property
    def can_chat(self) -> bool:
        """Also where it does not say what it is made for."""
        return not self.capabilities or "completion" in self.capabilities

    @property
    def sees(self) -> bool:
        """Pictures; also where it does not say what it is made for."""
        return not self.capabilities or "vision" in self.capabilities

    @property
    def calls_tools(self) -> bool:
        return "tools" in self.capabilities


@dataclass(frozen=True, slots=True)
class RunningModel:
    """One in memory: `size` bytes of it in all, `size_vram` of them on the graphics card; `until` (ISO 8601) nobody
    asks it, None for as long as its server runs."""

    name: str
    size: int = 0
    size_vram: int = 0
    context_length: int | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class PullProgress:
    """`completed` and `total` are bytes of the layer `digest`; 0 while unknown."""

    status: str
    completed: int = 0
    total: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ProviderState:
    """What the interface shows of the provider; `detail` is a sentence for people."""

    provider: Literal["ollama", "embedded", "none"]
    status: Literal["ready", "starting", "unavailable"]
    detail: str
    host: str | None = None
    version: str | None = None


class LanguageModel(Protocol):
    """A provider of models. For the provider's failures every method raises `ModelError`s and nothing else."""

    def chat(
        self,
        model: str,
        messages: Sequence[PromptMessage],
        options: Mapping[str, Any] | None = None,
        think: str = "",
        tools: Sequence[ToolSpec] = (),
    ) -> AsyncGenerator[Delta, None]:
        """Stream one reply. Closing it (`aclosing`) stops the generation at the provider. `think` is "on", "off", a
        level that the model knows, or empty for what it does by itself; one that cannot is asked without it. The
        option `format` is a JSON schema that the reply has to follow.

        Raises ModelUnreachable, ModelMissing, ContextExceeded, ModelTimeout, ModelCut (ended without its final
        message, garbage lines), ModelError (anything else that the provider reports).
        """
        ...

    async def list(self) -> list[ModelInfo]:
        """Installed models, by name."""
        ...

    async def show(self, model: str) -> ModelDetails: ...

    async def window(self, model: str) -> int | None:
        """Tokens that prompt and reply may fill together; None while the model is not loaded."""
        ...

    async def load(self, model: str) -> None:
        """Have it in memory before it is asked something."""
        ...

    async def running(self) -> Sequence[RunningModel]:
        """Those in memory."""
        ...

    async def unload(self, model: str) -> None:
        """Take it out of memory; who asks it next has it loaded again."""
        ...

    async def delete(self, model: str) -> None:
        """Its files. Raises ModelMissing."""
        ...

    def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        """Install it. What an earlier pull has downloaded is there. Raises PullFailed, too."""
        ...

    async def embed(self, model: str, texts: Sequence[str]) -> Vectors: ...

    async def state(self) -> ProviderState:
        """Never raises: an unreachable provider is a state."""
        ...

    async def close(self) -> None: ...
