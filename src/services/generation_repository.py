"""Replies in the store, while they are written: the text is logged and folded, it ends.

The server's own hand, for the chat service alone: nobody who asks for something calls this, so there is no caller.
"""

import asyncio
import base64
import logging
from collections.abc import AsyncGenerator, Collection, Sequence
from typing import Any, NamedTuple

from src.entities import (
    Attachment,
    Body,
    Conversation,
    FilePart,
    GenerationResult,
    GenerationState,
    Interaction,
    Locrit,
    Message,
    NewToolResult,
    Part,
    PromptContext,
    RecalledMemory,
    ServerSettings,
    ToolResult,
)
from src.entities.parts import TEXT, gained
from src.entities.recall import Recalled
from src.events import ReplyChunk
from src.ids import now_ms
from src.operations import Stamp
from src.services.prompt_files import FileContent
from src.stores import (
    ancestry,
    attachments,
    conversations,
    generations,
    interactions,
    locrits,
    recalled,
    recalled_memories,
    server_settings,
    tool_results,
    tool_runs,
    versions,
)
from src.stores.database import Database, Snapshot
from src.stores.files import FileStore
from src.stores.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

MAX_IMAGES = 10
"""In one prompt."""
MAX_TEXT_BYTES = 1_000_000
"""Of one file: more than any window holds."""
LOOK_EVERY_S = 0.2
"""Into the log of a reply that another process writes."""


class Reminders(NamedTuple):
    """What was recalled for a reply."""

    reply_id: str
    question_id: str
    recalled: Sequence[Recalled]
    memories: Sequence[RecalledMemory]


class GenerationRepository:
    def __init__(self, database: Database) -> None:
        self._db = database

    async def record_prompt(
        self, generation_id: str, model: str, context: PromptContext | None, reminders: Reminders | None = None
    ) -> None:
        """Before the model is asked."""

        def record(tx: UnitOfWork) -> None:
            generations.record_prompt(tx, generation_id, model, context)
            if reminders is not None:
                recalled.record(tx, reminders.reply_id, reminders.question_id, reminders.recalled)
                recalled_memories.record(tx, reminders.reply_id, reminders.question_id, reminders.memories)

        await self._db.write(record)

    async def append_chunk(
        self, generation_id: str, idx: int, text: str, kind: str = TEXT, thought_ms: int | None = None
    ) -> None:
        """Log a running reply's text, or that of another kind of part, up to, not including, chunk `idx`. Raises
        Conflict when the reply has ended."""
        await self._db.write(lambda tx: generations.append(tx, generation_id, idx, text, kind, thought_ms))

    async def fold_reply(
        self, generation_id: str, message_id: str, idx: int, content: str, parts: list[Part] | None = None
    ) -> None:
        so_far = Body(content, parts)
        await self._db.write(lambda tx: generations.fold(tx, generation_id, message_id, idx, so_far))

    async def finish_reply(self, generation_id: str, ending: GenerationResult) -> Message:
        """The reply's final state; a reply that has ended stays as it ended."""
        stamp = Stamp.now(f"finish:{generation_id}")
        return await self._db.write(lambda tx: generations.finish(tx, generation_id, ending, stamp))

    async def place(
        self, conversation_id: str, message_id: str, margin: int
    ) -> tuple[Conversation, Locrit, ServerSettings, list[Message]]:
        """Where a question is said, to whom, as what is set, and what led to it: `margin` messages more than that
        Locrit is shown."""

        def read(connection: Snapshot) -> tuple[Conversation, Locrit, ServerSettings, list[Message]]:
            conversation = conversations.require(connection, conversation_id)
            locrit = locrits.by_id(connection, conversation.locrit_id)
            path = ancestry.to(connection, message_id, locrit.message_limit + margin)
            return conversation, locrit, server_settings.read(connection), path

        return await self._db.read(read)

    async def files(self, owner_id: str, path: Sequence[Message]) -> dict[str, FileContent]:
        """What there is of the files that were given on this path, by id: of pictures, the newest few."""
        given = {part.id: part for message in path for part in message.parts or () if isinstance(part, FilePart)}
        images = [id_ for id_, part in given.items() if part.is_image][-MAX_IMAGES:]
        wanted = [id_ for id_, part in given.items() if not part.is_image or id_ in images]
        if not wanted:
            return {}
        found = await self._db.read(lambda connection: attachments.find(connection, owner_id, wanted))
        files = self._db.files
        return await asyncio.to_thread(lambda: {id_: _content(files, each) for id_, each in found.items()})

    async def generation(self, generation_id: str) -> GenerationState:
        return await self._db.read(lambda connection: generations.state(connection, generation_id))

    async def watch_log(self, generation_id: str) -> AsyncGenerator[ReplyChunk, None]:
        """What a running reply has said since it began or went on, then what its log gains, until it has ended.

        For one of another process: what it says is seen once it is saved. Each piece is all that came since the last
        look, and has the `idx` of the first of them.
        """
        begun = await self.generation(generation_id)
        idx, shown = 0, await self._said_before(begun.message_id)
        is_running = begun.status == "streaming"
        while is_running:
            state = await self.generation(generation_id)
            is_running = state.status == "streaming"
            now = Body(state.content, state.parts)
            more = gained(shown, now)
            next_idx = state.idx if is_running else idx + len(more)
            for n, piece in enumerate(more):
                yield await self._logged(state, idx + n, next_idx, *piece)
            idx, shown = next_idx, now
            if is_running:
                await asyncio.sleep(LOOK_EVERY_S)

    async def _said_before(self, message_id: str) -> Body:
        """By a running reply that goes on: its newest version, of which nothing else makes one meanwhile."""
        versions_ = await self._db.read(lambda connection: versions.history(connection, message_id))
        return Body(versions_[1].content, versions_[1].parts) if len(versions_) > 1 else Body("")

    async def _logged(
        self, state: GenerationState, idx: int, durable_idx: int, kind: str, content: str, thought_ms: int | None
    ) -> ReplyChunk:
        id_ = state.conversation_id
        conversation = await self._db.read(lambda connection: conversations.require(connection, id_))
        return ReplyChunk(
            conversation_id=id_,
            locrit_name=conversation.locrit_name,
            session_id=conversation.session_id,
            generation_id=state.generation_id,
            message_id=state.message_id,
            idx=idx,
            durable_idx=durable_idx,
            content=content,
            kind=None if kind == TEXT else kind,
            thought_ms=thought_ms,
            timestamp=now_ms(),
        )

    async def call_tools(
        self, generation_id: str, idx: int, new: Sequence[NewToolResult], thought_ms: int | None = None
    ) -> None:
        """Rows of what the model asks for, and the chunks from `idx` on that refer to them. Raises Conflict when the
        reply has ended."""
        stamp = Stamp.now(f"call:{generation_id}")
        await self._db.write(lambda tx: tool_runs.call(tx, generation_id, idx, new, thought_ms, stamp))

    async def start_tool(self, generation_id: str, id_: str) -> ToolResult:
        """What waited runs from now on; the rest stays as it is. Raises Conflict when the reply has ended."""
        stamp = Stamp.now(f"run:{id_}")
        return await self._db.write(lambda tx: tool_runs.start(tx, generation_id, id_, stamp))

    async def end_tool(self, id_: str, fields: dict[str, Any]) -> ToolResult:
        stamp = Stamp.now(f"ran:{id_}")
        return await self._db.write(lambda tx: tool_runs.end(tx, id_, fields, stamp))

    async def tool_result(self, id_: str) -> ToolResult:
        return await self._db.read(lambda connection: tool_results.require(connection, id_))

    async def tool_results(self, message_ids: Collection[str]) -> list[ToolResult]:
        """Those of these messages, oldest first."""
        return await self._db.read(lambda connection: tool_results.of(connection, message_ids))

    async def record_interaction(self, call: Interaction) -> None:
        """How a model was asked."""
        await self._db.write(lambda tx: interactions.record(tx, call))

    async def end_orphan(self, generation_id: str, ending: GenerationResult) -> Message:
        """As `finish_reply`, of one whose process died; the call of its model died with it."""
        stamp = Stamp.now(f"finish:{generation_id}")

        def end(tx: UnitOfWork) -> Message:
            interactions.record_cut(tx, generation_id, ending.error)
            return generations.finish(tx, generation_id, ending, stamp)

        return await self._db.write(end)

    async def request_stop(self, generation_id: str) -> None:
        """To the process that writes it."""
        await self._db.write(lambda tx: generations.request_stop(tx, generation_id))

    async def to_stop(self, running: Collection[str]) -> list[str]:
        """Of this process, those that it was asked to stop; of `running`, also those that another one has ended."""
        id_ = self._db.processes.process_id
        return await self._db.read(lambda connection: generations.to_stop(connection, id_, running))

    async def orphaned(self) -> list[tuple[str, bool]]:
        """Those whose process died, and whether each was to stop."""
        return await self._db.read(lambda connection: generations.orphaned(connection, self._db.processes))

    async def wait_for_all(self, ids: Collection[str]) -> None:
        """Until all have ended, whichever process writes them."""
        if not ids:
            return
        while await self._db.read(lambda connection: generations.any_runs(connection, ids)):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(LOOK_EVERY_S)


def _content(files: FileStore, attachment: Attachment) -> FileContent:
    """Nothing of a file that is gone from the disk."""
    try:
        if attachment.is_image:
            return FileContent(image=base64.b64encode(files.path(attachment.sha256, "model").read_bytes()).decode())
        with files.path(attachment.sha256, "text").open("rb") as file:
            text = file.read(MAX_TEXT_BYTES).decode(errors="ignore")
        return FileContent(text, attachment.text_chars or 0)
    except OSError:
        log.warning("The file %s of attachment %s cannot be read", attachment.sha256, attachment.id)
        return FileContent()
