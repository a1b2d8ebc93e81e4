"""Asking a model: the prompt that its window holds, and a shorter one where the provider counts more tokens than we."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, Final

from src.entities import Locrit, Message, PromptReading
from src.errors import ContextExceeded, ModelError, ModelMissing
from src.services import prompt
from src.services.generation_repository import GenerationRepository
from src.services.generation_runner import GenerationRunner
from src.services.llm import tokens
from src.services.llm.model_info import ModelInfoCache
from src.services.llm.options import usable
from src.services.llm.protocol import Delta
from src.services.llm.router import LanguageModels
from src.services.prompt import Prompt, Window

HISTORY_MARGIN: Final = 20
HISTORY_SHARES: Final = (1.0, 0.5, 0.25, 0.0)
"""Of the history that is estimated to fit: in the first try, and in those that follow when it did not."""
RECORDED_WITHIN_S: Final = 0.1
OVERESTIMATE: Final = 1.35
"""So many times too high an estimate may be while the model has not counted a prompt."""


@dataclass(frozen=True, slots=True)
class _Request:
    """`path` leads to the question."""

    generation: GenerationRunner
    locrit: Locrit
    model: str
    options: dict[str, Any]
    think: str
    path: list[Message]

    def prompt(self, window: Window, history_share: float = 1.0) -> Prompt:
        return prompt.build(self.locrit, self.path, self.generation.begun.content, window, history_share)

    def reading(self, built: Prompt, window: Window, load_timeout_s: float) -> PromptReading:
        return PromptReading(
            model=self.model,
            prompt_tokens=round(sum(map(window.cost, built.messages))),
            window_tokens=window.tokens,
            loading=not window.is_loaded,
            load_timeout_s=load_timeout_s,
        )

    def would_use_more_than(self, window: Window) -> bool:
        try:
            context = self.prompt(window).context
        except ContextExceeded:
            return True
        return context is not None and (context.limited_by == "window" or context.shortened)


class Asking:
    def __init__(self, replies: GenerationRepository, models: LanguageModels) -> None:
        self._replies = replies
        self._models = models
        self._info = ModelInfoCache(models)

    async def ask(self, generation: GenerationRunner) -> AsyncGenerator[Delta, None]:
        """The reply, piece by piece. Raises ModelError; ContextExceeded when not even the question fits."""
        request = await self._request(generation)
        try:
            async with aclosing(self._asked(request)) as deltas:
                async for delta in deltas:
                    yield delta
        except ModelError as error:
            self._info.clear()
            if not isinstance(error, ModelMissing) or (again := await self._request(generation)).model == request.model:
                raise
            async with aclosing(self._asked(again)) as deltas:  # the default has been removed since
                async for delta in deltas:
                    yield delta

    async def _request(self, generation: GenerationRunner) -> _Request:
        question = generation.question
        conversation, locrit, path = await self._replies.place(
            question.conversation_id, question.message_id, HISTORY_MARGIN
        )
        generation.belongs_to(conversation)
        model = generation.reply.model or locrit.model or await self._info.default_model()
        think = conversation.think or locrit.think
        return _Request(generation, locrit, model, usable(locrit.options), think, path)

    async def _asked(self, request: _Request) -> AsyncGenerator[Delta, None]:
        try:
            window = await self._window(request)
        except ModelError:  # the reply says which model was wanted
            await self._replies.record_prompt(request.generation.id, request.model, None)
            raise
        for share in HISTORY_SHARES:
            built = request.prompt(window, share)
            try:
                async with aclosing(self._chat(request, built, window)) as deltas:
                    async for delta in deltas:
                        yield delta
                return
            except ContextExceeded:
                if request.generation.pieces or not built.has_history or share == HISTORY_SHARES[-1]:
                    raise

    async def _chat(self, request: _Request, built: Prompt, window: Window) -> AsyncGenerator[Delta, None]:
        begun = asyncio.Event()
        recording = asyncio.create_task(self._record(request, built, begun))
        request.generation.reads(request.reading(built, window, self._models.load_timeout_s))
        try:
            asked = self._models.chat(request.model, built.messages, request.options, request.think)
            async with aclosing(asked) as deltas:
                async for delta in deltas:
                    if delta.usage:
                        estimated = sum(map(Window(window.tokens, tokens.estimate).cost, built.messages))
                        self._info.learn(request.model, estimated, delta.usage.prompt_tokens, window.tokens)
                    yield delta
                    begun.set()
        finally:
            begun.set()
            await recording

    async def _record(self, request: _Request, built: Prompt, begun: asyncio.Event) -> None:
        """Beside the call, once the model has begun or is waited for: writing would hold up the first piece."""
        with suppress(TimeoutError):
            await asyncio.wait_for(begun.wait(), RECORDED_WITHIN_S)
        await self._replies.record_prompt(request.generation.id, request.model, built.context)
        await self._info.refresh(request.model)
        with suppress(ModelError):  # the reply tells
            request.generation.window_tokens = (await self._info.window(request.model, request.options)).tokens

    async def _window(self, request: _Request) -> Window:
        """A model that tells its window only once it is loaded is loaded first, where that matters."""
        correction = self._info.correction(request.model)

        def count(text: str) -> float:
            return tokens.estimate(text) * (correction or 1.0)

        overestimate = OVERESTIMATE if correction is None else 1.0
        known = await self._info.window(request.model, request.options)
        window = Window(known.tokens, count, overestimate, known.is_loaded)
        if known.is_certain or not request.would_use_more_than(window):
            return window
        request.generation.reads(
            request.reading(Prompt([], None, has_history=False), window, self._models.load_timeout_s)
        )
        known = await self._info.loaded_window(request.model, request.options)
        return Window(known.tokens, count, overestimate)
