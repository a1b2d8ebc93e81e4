"""What became of a reply that the model itself ended: whole, cut at a limit, or without a word for the person."""

from dataclasses import dataclass, field, replace

from src.entities import Failure, GenerationResult, MessageStatus, Usage
from src.errors import LimitReached, LocritError, ModelCut, ModelError, NothingSaid, OnlyThought, OnlyToolCall
from src.services import reasoning
from src.services.llm.protocol import Delta, ModelUsage, ToolCall
from src.unicode import is_blank, storable

WHOLE = {"", "stop", "load", "unload", "eos", "end_turn", "stop_sequence", "tool_calls"}
LIMITED = {"length", "max_tokens"}
ADDED = ("completion_tokens", "load_ms", "prompt_ms", "completion_ms", "total_ms")
"""What the rounds of a reply take together. The prompt of the last one is what fills the window."""
UNEXPLAINED = Failure(
    code=LocritError.code, message="The reply failed for a reason nobody foresaw.", hint=LocritError.hint
)
INTERRUPTED = Failure(
    code="interrupted",
    message="The server stopped while this reply was being written; what had arrived is saved.",
    hint="Retry to get a whole reply.",
)


@dataclass
class Outcome:
    """What was heard of the model besides the text."""

    usage: ModelUsage = field(default_factory=ModelUsage)
    done_reason: str = ""
    thought: bool = False
    called: int = 0
    """How many of those are run."""
    cut_by: ModelError | None = None
    """Why it is not asked any further, though it wants to."""
    calls: list[ToolCall] = field(default_factory=list)
    """The tools that it asked for."""

    def note(self, delta: Delta) -> None:
        self.usage = delta.usage or self.usage
        self.done_reason = delta.done_reason or self.done_reason
        self.calls += delta.tool_calls

    def after(self, before: "Outcome") -> "Outcome":
        """The same one, with what the rounds before it took."""
        both = {name: getattr(self.usage, name) + getattr(before.usage, name) for name in ADDED}
        return replace(self, usage=replace(self.usage, **both), thought=self.thought or before.thought)

    @property
    def is_all_said(self) -> bool:
        """As far as the model is concerned."""
        return self.done_reason in WHOLE

    def ending(
        self, content: str, first_token_ms: float, total_ms: float, window_tokens: int | None = None
    ) -> GenerationResult:
        """Of a reply whose answer is `content`."""
        usage, failure = self._measured(first_token_ms, total_ms, window_tokens), self._failure(content)
        if failure is None:
            return GenerationResult("complete", usage=usage)
        status: MessageStatus = "failed" if isinstance(failure, NothingSaid) else "interrupted"
        return GenerationResult(status, usage=usage, error=failure_of(failure))

    def _failure(self, content: str) -> ModelError | None:
        """Why `content` is not a whole reply, if it is not."""
        if self.cut_by is not None:
            return self.cut_by
        if is_blank(reasoning.without(content)):
            return self._nothing_said(content)
        if self.done_reason in LIMITED:
            return LimitReached(f"The reply was cut at its limit{self._tokens()}.")
        if not self.is_all_said:
            return ModelCut(f"The model ended the reply before it was complete ({self.done_reason}).")
        return None

    def _nothing_said(self, content: str) -> NothingSaid:
        if self.calls:
            return OnlyToolCall("The model only asked for a tool, which it does not have here.")
        limit = f", up to its limit{self._tokens()}" if self.done_reason in LIMITED else ""
        if self.thought or not is_blank(content):
            return OnlyThought(f"The model only thought{limit}; it said nothing.")
        return NothingSaid(f"The model said nothing{limit}.")

    def _tokens(self) -> str:
        count = self.usage.completion_tokens
        return f" of {count} tokens" if count else ""

    def _measured(self, first_token_ms: float, total_ms: float, window_tokens: int | None) -> Usage:
        tokens, seconds = self.usage.completion_tokens, self.usage.completion_ms / 1000
        return Usage(
            prompt_tokens=self.usage.prompt_tokens,
            completion_tokens=tokens,
            window_tokens=window_tokens,
            first_token_ms=round(first_token_ms, 1),
            total_ms=round(total_ms, 1),
            tokens_per_second=round(tokens / seconds, 1) if seconds else 0.0,
        )


def without_saved(hint: str) -> str:
    """Of a failure that has nothing to do with a message."""
    return hint.removeprefix("Your message is saved. ")


def failure_of(error: LocritError) -> Failure:
    return Failure(code=error.code, message=storable(error.message), hint=storable(error.action))
