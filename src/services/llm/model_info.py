"""What a turn must know of a model before it can ask it, without asking the provider for it each time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from src.errors import ModelCannotChat
from src.services.llm.router import LanguageModels

BELIEVED_S: Final = 5.0
UNLOADED_WINDOW_TOKENS: Final = 4096
"""What Ollama gives at the least to a model that says nothing of its own; more where it finds the memory."""
LEARNED_FROM_TOKENS: Final = 500
"""Of a shorter prompt the chat template is too large a part."""
PLAUSIBLE: Final = (0.6, 5.0)
"""Tokens for one that is estimated. Fewer are not all: older versions of Ollama leave out what a cache had read."""
FALLS_BY: Final = 0.25
"""A prompt that was longer than estimated counts at once, one that was shorter a little each time."""
FULL: Final = 0.95
"""A prompt that fills so much of the window may have been cut by the provider: its length says nothing."""


@dataclass(frozen=True, slots=True)
class ContextWindow:
    """Tokens that prompt and reply may fill together; a guess while a model that does not say so is not loaded."""

    tokens: int
    is_certain: bool


class ModelInfoCache:
    """Answers are believed for a few seconds, unless a reply fails: see `clear`. Raises ModelError."""

    def __init__(self, models: LanguageModels) -> None:
        self._models = models
        self._known: dict[tuple[str, str], tuple[float, Any]] = {}
        self._corrections: dict[str, float] = {}

    async def default_model(self) -> str:
        return str(await self._ask(("default", ""), self._models.default_model))

    async def window(self, model: str, options: Mapping[str, Any]) -> ContextWindow:
        """As the request sets it, else as the model was loaded, else as it says of itself."""
        details, loaded = await asyncio.gather(
            self._ask(("show", model), lambda: self._models.show(model)),
            self._ask(("window", model), lambda: self._models.window(model)),
        )
        if details.capabilities and "completion" not in details.capabilities:
            raise ModelCannotChat(f"The model {model} is not made for chatting.", model=model)
        tokens = options.get("num_ctx") or loaded or details.num_ctx
        return ContextWindow(min(tokens or UNLOADED_WINDOW_TOKENS, details.context_length), tokens is not None)

    async def loaded_window(self, model: str, options: Mapping[str, Any]) -> ContextWindow:
        """Has the model loaded first, where its window shows only then."""
        await self._models.load(model)
        return await self.window(model, options)

    def correction(self, model: str) -> float | None:
        """Tokens of this model for one that is estimated; None before it has counted a prompt."""
        return self._corrections.get(model)

    def learn(self, model: str, estimated: float, counted: int, window_tokens: int) -> None:
        """A prompt was estimated without correction and then counted by the model."""
        known, seen = self._corrections.get(model, 1.0), counted / max(estimated, 1.0)
        least, most = PLAUSIBLE
        if estimated < LEARNED_FROM_TOKENS or not least <= seen <= most:
            return
        if seen < known:
            seen = known if counted > FULL * window_tokens else known + (seen - known) * FALLS_BY
        self._corrections[model] = seen

    def clear(self) -> None:
        self._known.clear()

    async def _ask(self, key: tuple[str, str], ask: Callable[[], Awaitable[Any]]) -> Any:
        asked_at, answer = self._known.get(key, (float("-inf"), None))
        if time.monotonic() - asked_at > BELIEVED_S:
            answer = await ask()
            if answer is not None:
                self._known[key] = time.monotonic(), answer
        return answer
