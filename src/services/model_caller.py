"""Asks a model with the prompt that its window holds, or with a shorter one where the provider counts more tokens."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from src.entities import Conversation, Locrit, Message, PromptContext, PromptReading, RecalledMemory
from src.entities.recall import Recalled
from src.errors import ContextExceeded, ModelCannotSee, ModelError, ModelMissing, StoreUnavailable, ToolsRefused
from src.services import memory_recall, prompt
from src.services.calls import Asked, Calls
from src.services.generation_repository import GenerationRepository, Reminders
from src.services.generation_runner import GenerationRunner
from src.services.llm import tokens
from src.services.llm.hosts import Models
from src.services.llm.model_info import ModelInfoCache
from src.services.llm.options import usable
from src.services.llm.protocol import Delta
from src.services.llm.router import LanguageModels
from src.services.memory_recall import MemoryRecall
from src.services.prompt import Prompt, Window
from src.services.prompt_files import Files
from src.services.recall import RecallService
from src.services.reminders import Memory, reminder, tokens_for
from src.services.tool_messages import NO_TOOLS, ToolTalk, messages_of, words_after
from src.services.tools.registry import ToolRegistry

HISTORY_MARGIN: Final = 20
HISTORY_SHARES: Final = (1.0, 0.5, 0.25, 0.0)
"""Of the history that is estimated to fit: in the first try, and in those that follow when it did not."""
RECORDED_WITHIN_S: Final = 0.1
OVERESTIMATE: Final = 1.35
"""So many times too high an estimate may be while the model has not counted a prompt."""


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Request:
    """`path` leads to the question; `words` are what the reply goes on with."""

    generation: GenerationRunner
    locrit: Locrit
    models: Models
    info: ModelInfoCache
    model: str
    options: dict[str, Any]
    think: str
    path: list[Message]
    words: str
    talk: ToolTalk
    files: Files
    tools_refused: bool = False
    recalled: Sequence[Recalled] = ()
    memories: Sequence[RecalledMemory] = ()

    @property
    def asked(self) -> Asked:
        return Asked(self.locrit.host, self.model, self.options, self.think)

    def prompt(self, window: Window, history_share: float = 1.0) -> Prompt:
        told = "\n\n".join(filter(None, (memory_recall.facts(self.memories), reminder(self.recalled))))
        memory = Memory(told, tokens_for(self.locrit, window.tokens))
        return prompt.build(self.locrit, self.path, self.words, window, history_share, self.talk, self.files, memory)

    def context_of(self, built: Prompt, window: Window) -> PromptContext | None:
        """What the model was not told, and what it was reminded of."""
        told: dict[str, Any] = {"tools_refused": True} if self.tools_refused else {}
        things = len(self.recalled) + len(self.memories)
        told |= {"recalled": things} if things else {}
        if not told:
            return built.context
        known = built.context or PromptContext(seen_from=0, limited_by="window", window_tokens=window.tokens)
        return known.model_copy(update=told)

    @property
    def reminders(self) -> Reminders:
        return Reminders(self.generation.reply.message_id, self.path[-1].message_id, self.recalled, self.memories)

    def check_is_seen(self) -> None:
        """Raises ModelCannotSee for a question about a picture."""
        if not self.files.sees and any(part.is_image for part in self.files.given_with(self.path[-1])):
            raise ModelCannotSee(f"The model {self.model} cannot see pictures.", model=self.model)

    def reading(self, built: Prompt, window: Window, load_timeout_s: float) -> PromptReading:
        return PromptReading(
            model=self.model,
            prompt_tokens=round(built.tokens(window)),
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


class ModelCaller:
    def __init__(
        self,
        replies: GenerationRepository,
        models: LanguageModels,
        tools: ToolRegistry,
        recall: RecallService,
        memories: MemoryRecall,
    ) -> None:
        self._replies = replies
        self._recall = recall
        self._memories = memories
        self._models = models
        self._tools = tools
        self._infos: dict[str, ModelInfoCache] = {}
        """By host."""
        self._calls = Calls(replies)

    async def ask(self, generation: GenerationRunner) -> AsyncGenerator[Delta, None]:
        """The reply, piece by piece. Raises ModelError; ContextExceeded when not even the question fits."""
        request = await self._request(generation)
        try:
            async with aclosing(self._asked(request)) as deltas:
                async for delta in deltas:
                    yield delta
        except ModelError as error:
            request.info.clear()
            again = await self._request(generation) if isinstance(error, (ModelMissing, ToolsRefused)) else request
            if (again.model, again.talk.offered) == (request.model, request.talk.offered):
                raise
            again = replace(again, tools_refused=isinstance(error, ToolsRefused))
            async with aclosing(self._asked(again)) as deltas:  # the default has been removed since, or has no tools
                async for delta in deltas:
                    yield delta

    async def close(self) -> None:
        """Returns when all calls are recorded."""
        await self._calls.close()

    async def prepare(self, generation: GenerationRunner) -> tuple[Conversation, list[Message]]:
        """Where its question is said, and what led to it."""
        question = generation.question
        conversation, locrit, settings, path = await self._replies.place(
            question.conversation_id, question.message_id, HISTORY_MARGIN
        )
        if conversation.is_of_visitor:  # what a tool finds, and what is recalled, is the person's
            locrit = locrit.model_copy(update={"tools": {}, "recall": "off"})
        generation.belongs_to(conversation, locrit, settings)
        return conversation, path

    async def _request(self, generation: GenerationRunner) -> _Request:
        conversation, path = await self.prepare(generation)
        locrit, settings = generation.locrit, generation.settings
        models = self._models.at(locrit.host)
        info = self._infos.setdefault(locrit.host, ModelInfoCache(models))
        model = generation.reply.model or locrit.model or await info.default_model(settings.default_model)
        talk, words = await self._talk(generation, path, info, model)
        think = conversation.think or locrit.think
        files = await self._files(generation, path, info, model)
        options = usable(settings.options | locrit.options)
        return _Request(generation, locrit, models, info, model, options, think, path, words, talk, files)

    async def _files(
        self, generation: GenerationRunner, path: list[Message], info: ModelInfoCache, model: str
    ) -> Files:
        contents = await self._replies.files(generation.owner_id, path)
        has_images = any(content.image for content in contents.values())
        return Files(contents, sees=not has_images or await info.sees(model))

    async def _talk(
        self, generation: GenerationRunner, path: list[Message], info: ModelInfoCache, model: str
    ) -> tuple[ToolTalk, str]:
        """What the model is told of tools, if it can call them, and the words that the reply goes on with."""
        said, locrit = generation.said, generation.locrit
        ids = [one.message_id for one in path if one.parts] + ([generation.reply.message_id] if said.parts else [])
        if not (locrit.tools or ids) or not await _calls_tools(info, model):
            generation.offered = ()
            return NO_TOOLS, generation.begun.content
        generation.offered = tools = await self._tools.named(locrit.tools)
        results = {one.id: one for one in await self._replies.tool_results(ids)} if ids else {}
        ran, words = messages_of(said, results)
        if generation.pieces:  # a round is over: nothing is to be continued
            ran, words = words_after(ran, words), ""
        return ToolTalk([tool.spec for tool in tools.values()], results, ran), words

    async def _asked(self, request: _Request) -> AsyncGenerator[Delta, None]:
        try:
            request.check_is_seen()
            window = await self._window(request)
            request = await self._reminded(request, window)
        except ModelError as error:  # the reply says which model was wanted
            self._calls.refused(request.generation, request.asked, error)
            await self._replies.record_prompt(request.generation.id, request.model, None)
            raise
        known = len(request.generation.pieces)
        for share in HISTORY_SHARES:
            built = request.prompt(window, share)
            try:
                async with aclosing(self._chat(request, built, window)) as deltas:
                    async for delta in deltas:
                        yield delta
                return
            except ContextExceeded:
                if len(request.generation.pieces) > known or not built.has_history or share == HISTORY_SHARES[-1]:
                    raise

    async def _reminded(self, request: _Request, window: Window) -> _Request:
        """With what was said before, of what the model is not shown anyway. A reply does without where that fails."""
        tokens_ = tokens_for(request.locrit, window.tokens)
        if not tokens_:
            return request
        context = request.prompt(window).context
        seen_from = context.seen_from if context else 0
        owner_id, locrit, path = request.generation.owner_id, request.locrit, request.path
        try:
            memories = await self._memories.before_reply(owner_id, locrit, path, tokens_)
            left = tokens_ - memory_recall.cost(memories)
            recalled = await self._recall.before_reply(owner_id, locrit, path, seen_from, left)
        except StoreUnavailable as error:
            log.warning("Nothing is recalled: %s", error.message)
            return request
        return replace(request, recalled=recalled, memories=memories)

    async def _chat(self, request: _Request, built: Prompt, window: Window) -> AsyncGenerator[Delta, None]:
        begun = asyncio.Event()
        recording = asyncio.create_task(self._record(request, request.context_of(built, window), begun))
        request.generation.reads(request.reading(built, window, self._models.load_timeout_s))
        try:
            offered = request.talk.offered
            asked = request.models.chat(request.model, built.messages, request.options, request.think, offered)
            async with aclosing(self._calls.measured(request.generation, request.asked, asked)) as deltas:
                async for delta in deltas:
                    if delta.usage and not built.has_images:
                        estimated = built.tokens(Window(window.tokens, tokens.estimate))
                        request.info.learn(request.model, estimated, delta.usage.prompt_tokens, window.tokens)
                    yield delta
                    begun.set()
        finally:
            begun.set()
            await recording

    async def _record(self, request: _Request, context: PromptContext | None, begun: asyncio.Event) -> None:
        """Beside the call, once the model has begun or is waited for: writing would hold up the first piece."""
        with suppress(TimeoutError):
            await asyncio.wait_for(begun.wait(), RECORDED_WITHIN_S)
        await self._replies.record_prompt(request.generation.id, request.model, context, request.reminders)
        await request.info.refresh(request.model)
        with suppress(ModelError):  # the reply tells
            request.generation.window_tokens = (await request.info.window(request.model, request.options)).tokens

    async def _window(self, request: _Request) -> Window:
        """A model that tells its window only once it is loaded is loaded first, where that matters."""
        correction = request.info.correction(request.model)

        def count(text: str) -> float:
            return tokens.estimate(text) * (correction or 1.0)

        overestimate = OVERESTIMATE if correction is None else 1.0
        known = await request.info.window(request.model, request.options)
        window = Window(known.tokens, count, overestimate, known.is_loaded)
        if known.is_certain or not request.would_use_more_than(window):
            return window
        request.generation.reads(
            request.reading(Prompt([], None, has_history=False), window, self._models.load_timeout_s)
        )
        known = await request.info.loaded_window(request.model, request.options)
        return Window(known.tokens, count, overestimate)


async def _calls_tools(info: ModelInfoCache, model: str) -> bool:
    try:
        return await info.calls_tools(model)
    except ModelError:  # the question will tell
        return False
