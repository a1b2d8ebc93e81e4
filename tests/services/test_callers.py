"""Every method of every service, tried by a second person on what the first one has: nothing is seen, nothing changes.

A method that is added is found here by itself, and fails until it is said how it is tried.
"""

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, select

from src.errors import Conflict, Forbidden, NotFound
from src.models import (
    artifact_versions,
    artifacts,
    conversations,
    events,
    generations,
    invitations,
    locrits,
    memories,
    memory_versions,
    message_versions,
    messages,
    ops,
    tool_results,
    users,
)
from src.operations import Caller
from src.services.artifacts import ArtifactService
from src.services.attachments import AttachmentService
from src.services.chat import ChatService
from src.services.concept_describer import ConceptDescriber
from src.services.concepts import ConceptService
from src.services.history import HistoryService
from src.services.interactions import InteractionService
from src.services.invitations import InvitationService
from src.services.locrits import LocritService
from src.services.memory import MemoryService
from src.services.memory_recall import MemoryRecall
from src.services.model_library import ModelLibrary
from src.services.pulls import ModelPulls
from src.services.recall import RecallService
from src.services.server_settings import ServerSettingsService
from src.services.tool_results import ToolResults
from tests.callers import ME, SOMEONE
from tests.fakes.ollama import FakeOllama
from tests.services.first_person import MINE, SECRET, First, what_the_first_has
from tests.services.strangers import ANSWERED, TRIED
from tests.talk import talking

SERVICES: dict[str, type] = {
    "memory": MemoryService,
    "history": HistoryService,
    "locrits": LocritService,
    "artifacts": ArtifactService,
    "chat": ChatService,
    "pulls": ModelPulls,
    "tool_results": ToolResults,
    "library": ModelLibrary,
    "interactions": InteractionService,
    "attachments": AttachmentService,
    "recall": RecallService,
    "memory_recall": MemoryRecall,
    "server_settings": ServerSettingsService,
    "invitations": InvitationService,
    "concepts": ConceptService,
    "concept_describer": ConceptDescriber,
}
BY_ITSELF = {
    "history.expire_trash": "the owner of the server has set after how many days",
    "history.finish_jobs": "what was ordered before",
    "chat.recover": "what dead processes left",
    "chat.stop_requested": "what was to be stopped before",
    "attachments.receiving": "a place on the disk for what is uploaded",
    "attachments.receive": "a piece of it",
    "attachments.start": "what dead processes left",
    "attachments.expire": "what was uploaded long ago and is given to no message",
    "attachments.keep_texts": "what files say that were uploaded before that was searched",
    "pulls.all": "which models the server gets is no secret",
    "pulls.go_on": "what was ordered before",
    "memory_recall.before_reply": "what the reply that is written is reminded of",
    "recall.before_reply": "what the reply that is written is reminded of",
    "server_settings.get": "by what everyone's models are set is no secret",
}
"""What the server does without anybody asking, and what is nobody's."""


def methods() -> dict[str, list[str]]:
    """Every public one with its parameters."""
    return {
        f"{service}.{name}": list(inspect.signature(method).parameters)[1:]
        for service, class_ in SERVICES.items()
        for name, method in inspect.getmembers(class_, inspect.isfunction)
        if not name.startswith("_") and name != "close"
    }


def test_the_caller_comes_first_in_every_method_of_every_service() -> None:
    without = {name for name, parameters in methods().items() if parameters[:1] != ["caller"]}
    assert without == set(BY_ITSELF)


def test_it_is_said_of_every_method_how_it_is_tried() -> None:
    assert set(TRIED) == {name for name, parameters in methods().items() if "caller" in parameters}
    assert set(TRIED) >= ANSWERED


def test_a_second_person_sees_and_touches_nothing_of_the_first(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(first: First) -> None:
        await first.talk.app.locrits.ensure_defaults(SOMEONE)
        before, wrong = await _rows(first), []
        for name, tries in TRIED.items():
            for number, arguments in enumerate(tries):
                told = await _told(first, SOMEONE, name, arguments)
                if SECRET in told:
                    wrong.append(f"{name} {number} tells {told}")
                elif not told.startswith(REFUSED) and name not in ANSWERED:
                    wrong.append(f"{name} {number} is answered with {told}")
                if (now := await _rows(first)) != before:
                    wrong.append(f"{name} {number} changes {[table for table in now if now[table] != before[table]]}")
                    before = now
        assert wrong == []

    _run(scenario, tmp_path, ollama)


def test_what_the_second_person_asks_for_is_there_for_the_first(tmp_path: Path, ollama: FakeOllama) -> None:
    """Else being refused would say nothing. What can be tried without changing it is tried."""

    async def scenario(first: First) -> None:
        parameters = methods()
        reading = {name: tried for name, tried in TRIED.items() if not {"op_id", "theirs"} & {*parameters[name]}}
        refused = {
            f"{name} {number}": told
            for name, tries in reading.items()
            if name not in CHANGING
            for number, arguments in enumerate(tries)
            if (told := await _told(first, ME, name, _as_the_first_has_it(arguments))).startswith(REFUSED)
        }
        assert refused == {}

    _run(scenario, tmp_path, ollama)


REFUSED = "refused: "
CHANGING = {"history.empty_trash", "locrits.create", "chat.send", "chat.stop", "chat.wait", "chat.watch"}


def _as_the_first_has_it(arguments: dict[str, Any]) -> dict[str, Any]:
    return arguments | ({"locrit_name": MINE} if "locrit_name" in arguments else {})


def _run(scenario: Callable[[First], Awaitable[None]], data_dir: Path, ollama: FakeOllama) -> None:
    async def run() -> None:
        release = threading.Event()
        async with talking(data_dir, ollama) as talk:
            try:
                await scenario(await what_the_first_has(talk, release))
            finally:
                release.set()

    asyncio.run(run())


async def _told(first: First, caller: Caller, name: str, arguments: dict[str, Any]) -> str:
    """All that the caller learns; of a refusal not its sentence, which may repeat what was asked for."""
    service, method = name.split(".")
    given = {key: value(first) if inspect.isfunction(value) else value for key, value in arguments.items()}
    try:
        answer = getattr(getattr(first.talk.app, service), method)(caller, **given)
        if inspect.isasyncgen(answer):
            return str([piece async for piece in answer])
        return str(await answer if inspect.isawaitable(answer) else answer)
    except (NotFound, Conflict, Forbidden) as refusal:
        return f"{REFUSED}{refusal.code} {refusal.details}"


async def _rows(first: First) -> dict[str, Any]:
    """All that is stored of the first person, but for the reply that is being written."""
    mine = select(conversations.c.id).where(conversations.c.owner_id == ME.user_id)
    named = select(locrits.c.id).where(locrits.c.owner_id == ME.user_id)
    is_written = messages.c.generation_id == first.running
    said = select(messages).where(messages.c.conversation_id.in_(mine), is_written.is_not(True))
    statements: dict[str, Select[Any]] = {
        "users": select(users).where(users.c.id == ME.user_id),
        "conversations": select(conversations).where(conversations.c.owner_id == ME.user_id),
        "locrits": select(locrits).where(locrits.c.owner_id == ME.user_id),
        "invitations": select(invitations).where(invitations.c.locrit_id.in_(named)),
        "memories": select(memories).where(memories.c.locrit_id.in_(named)),
        "memory_versions": select(memory_versions).join(memories).where(memories.c.locrit_id.in_(named)),
        "messages": said,
        "artifacts": select(artifacts).where(artifacts.c.conversation_id.in_(mine)),
        "artifact_versions": select(artifact_versions).join(artifacts).where(artifacts.c.conversation_id.in_(mine)),
        "message_versions": select(message_versions).join(messages).where(messages.c.conversation_id.in_(mine)),
        "tool_results": select(tool_results).where(tool_results.c.conversation_id.in_(mine)),
        "ops": select(ops).where(ops.c.user_id == ME.user_id),
        "events": select(events).where(events.c.scope.in_([f"user:{ME.user_id}", f"conversation:{first.where}"])),
        "generations": select(generations.c.id, generations.c.status, generations.c.stop_requested).where(
            generations.c.conversation_id.in_(mine)
        ),
    }

    def read(connection: Connection) -> dict[str, Any]:
        return {table: connection.execute(statement).all() for table, statement in statements.items()}

    return await first.talk.app.database.read(read)
