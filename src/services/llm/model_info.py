"""What a turn must know of a model before it can ask it, without asking the provider for it each time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from src.errors import ModelCannotChat, ModelError
from src.services.llm.hosts import Models

BELIEVED_S: Final = 5.0
KEPT_S: Final = 600.0
"""An older answer is not used."""
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
    is_loaded: bool


class ModelInfoCache:
    """An answer is used for as long as no reply fails (see `clear`), and asked again beside each question that went by
    one of more than a few seconds (stale-while-revalidate). Raises ModelError."""

    def __init__(self, models: Models, believed_s: float = BELIEVED_S) -> None:
        self._models = models
        self._believed_s = believed_s
        self._sources: dict[str, Callable[[str], Awaitable[Any]]] = {
            "default": lambda wanted: models.default_model(wanted.partition(" ")[2]),
            "show": models.show,
            "window": models.window,
        }
        self._known: dict[tuple[str, str], tuple[float, Any]] = {}
        self._corrections: dict[str, float] = {}

    async def default_model(self, wanted: str = "") -> str:
        """See `Models.default_model`."""
        return str(await self._known_or_asked("default", f"{await self._models.provider()} {wanted}"))

    async def window(self, model: str, options: Mapping[str, Any]) -> ContextWindow:
        """As the request sets it, else as the model was loaded, else as it says of itself."""
        asked = (self._known_or_asked(what, model) for what in ("show", "window"))
        details, loaded = await asyncio.gather(*asked)
        if not details.can_chat:
            raise ModelCannotChat(f"The model {model} is not made for chatting.", model=model)
        tokens = options.get("num_ctx") or loaded or details.num_ctx
        fits = min(tokens or UNLOADED_WINDOW_TOKENS, details.context_length)
        return ContextWindow(fits, is_certain=tokens is not None, is_loaded=loaded is not None)

    async def sees(self, model: str) -> bool:
        """Whether it can be shown pictures."""
        return bool((await self._known_or_asked("show", model)).sees)

    async def calls_tools(self, model: str) -> bool:
        """Whether it says so of itself; older versions of Ollama do not know."""
        return bool((await self._known_or_asked("show", model)).calls_tools)

    async def loaded_window(self, model: str, options: Mapping[str, Any]) -> ContextWindow:
        """Has the model loaded first, where its window shows only then."""
        await self._models.load(model)
        await self._ask("window", model)
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

    async def refresh(self, model: str) -> None:
        """Asks again what was told some time ago, or could not be told yet: beside a question, for the next one."""
        now = time.monotonic()
        old = [key for key, (at, answer) in self._known.items() if now - at > self._believed_s or answer is None]
        try:
            await asyncio.gather(*(self._ask(*key) for key in old if key[0] == "default" or key[1] == model))
        except ModelError:
            self.clear()

    async def _known_or_asked(self, what: str, of: str) -> Any:
        asked_at, _ = self._known.get((what, of), (float("-inf"), None))
        if time.monotonic() - asked_at > KEPT_S:
            await self._ask(what, of)
        return self._known[what, of][1]

    async def _ask(self, what: str, of: str) -> None:
        answer = await self._sources[what](of)
        self._known[what, of] = time.monotonic(), answer
