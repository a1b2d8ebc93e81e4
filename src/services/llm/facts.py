"""What a turn must know of the models before it can ask one, without asking the provider for it each time."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from src.services.llm.router import LanguageModels

BELIEVED_S: Final = 5.0


class ModelFacts:
    """Answers are believed for a few seconds, unless a reply fails: see `forget`."""

    def __init__(self, models: LanguageModels) -> None:
        self._models = models
        self._known: dict[str, tuple[float, Any]] = {}

    async def default_model(self) -> str:
        """Raises ModelError."""
        return str(await self._ask("", self._models.default_model))

    async def context_tokens(self, model: str) -> int:
        """The window in tokens that a chat may fill, prompt and reply together. Raises ModelError."""
        return int((await self._ask(model, lambda: self._models.show(model))).context_length)

    def forget(self) -> None:
        self._known.clear()

    async def _ask(self, key: str, ask: Callable[[], Awaitable[Any]]) -> Any:
        asked_at, answer = self._known.get(key, (float("-inf"), None))
        if time.monotonic() - asked_at > BELIEVED_S:
            answer = await ask()
            self._known[key] = time.monotonic(), answer
        return answer
