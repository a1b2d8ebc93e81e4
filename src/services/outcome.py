"""What became of a reply that the model itself ended: whole, cut at a limit, or without a word for the person."""

from dataclasses import dataclass, field

from src.errors import LimitReached, ModelCut, ModelError, NothingSaid, OnlyThought, OnlyToolCall
from src.services import reasoning
from src.services.llm.protocol import Delta
from src.services.llm.protocol import Usage as ModelUsage
from src.unicode import is_blank

WHOLE = {"", "stop", "load", "unload", "eos", "end_turn", "stop_sequence", "tool_calls"}
LIMITED = {"length", "max_tokens"}


@dataclass
class Outcome:
    """What was heard of the model besides the text."""

    usage: ModelUsage = field(default_factory=ModelUsage)
    done_reason: str = ""
    thought: bool = False
    wants_tool: bool = False

    def note(self, delta: Delta) -> None:
        self.usage = delta.usage or self.usage
        self.done_reason = delta.done_reason or self.done_reason
        self.thought = self.thought or delta.thinking != ""
        self.wants_tool = self.wants_tool or delta.wants_tool

    def failure(self, content: str) -> ModelError | None:
        """Why `content` is not a whole reply, if it is not."""
        if is_blank(reasoning.without(content)):
            return self._nothing_said(content)
        if self.done_reason in LIMITED:
            return LimitReached(f"The reply was cut at its limit{self._tokens()}.")
        if self.done_reason not in WHOLE:
            return ModelCut(f"The model ended the reply before it was complete ({self.done_reason}).")
        return None

    def _nothing_said(self, content: str) -> NothingSaid:
        if self.wants_tool:
            return OnlyToolCall("The model only asked for a tool, which it does not have here.")
        limit = f", up to its limit{self._tokens()}" if self.done_reason in LIMITED else ""
        if self.thought or not is_blank(content):
            return OnlyThought(f"The model only thought{limit}; it said nothing.")
        return NothingSaid(f"The model said nothing{limit}.")

    def _tokens(self) -> str:
        count = self.usage.completion_tokens
        return f" of {count} tokens" if count else ""
