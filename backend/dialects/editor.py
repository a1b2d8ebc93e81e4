"""Editors of components: sessions, and what is said, made and asked in them. Answers are `{success, data}`.

A component is an artifact; what an editor tells of its own calls is kept as what a client's tool came to.
"""

import hashlib
import json
from functools import partial
from typing import Any

from backend.dialects.artifacts import whole_artifacts
from backend.dialects.editor_rows import (
    Answer,
    NewAiResponse,
    NewComponent,
    NewInteraction,
    NewMessage,
    SessionFields,
    SessionRow,
    component_row,
    message_row,
    told_row,
)
from backend.dialects.oldest import OldestLocrit
from backend.dialects.threads import Threads, first_known, own_id
from backend.protocol.fields import RequestModel
from backend.routing import endpoint
from src.application import Application
from src.entities import Artifact, Conversation
from src.errors import NotFound
from src.ids import now_ms
from src.operations import Caller

SESSIONS = "/api/sessions"
SESSION = f"{SESSIONS}/<session_id>"
CLIENT = "editor"
PAGE = 200
REPEAT_WITHIN_MS = 60_000
"""Editors try a save again, without an id: the same one soon after is the same one."""
INTERACTION, AI_RESPONSE = "interaction", "ai-response"


class EditorDialect:
    noun = "editor_dialect"

    def __init__(self, application: Application) -> None:
        self._memory = application.memory
        self._artifacts = application.artifacts
        self._tool_results = application.tool_results
        self._oldest = OldestLocrit(application)
        self._threads = Threads(application)

    @endpoint("GET", SESSIONS, Answer)
    async def list_sessions(self, caller: Caller) -> Answer:
        found, _ = await self._memory.conversations(caller, client_label=CLIENT, limit=PAGE)
        return Answer(data=[SessionRow.of(one) for one in found])

    @endpoint("POST", SESSIONS, Answer, status=201, body=SessionFields)
    async def create(self, caller: Caller, body: SessionFields) -> Answer:
        locrit = await self._oldest.name(caller)
        opened, _ = await self._memory.open_conversation(caller, locrit, client_label=CLIENT, title=body.title or "")
        return Answer(data=SessionRow.of(await self._changed(caller, opened, body)))

    @endpoint("GET", SESSION, Answer)
    async def read(self, caller: Caller, session_id: str) -> Answer:
        return Answer(data=SessionRow.of(await self._session(caller, session_id)))

    @endpoint("PUT", SESSION, Answer, body=SessionFields)
    async def change(self, caller: Caller, session_id: str, body: SessionFields) -> Answer:
        session = await self._session(caller, session_id)
        return Answer(data=SessionRow.of(await self._changed(caller, session, body)))

    @endpoint("DELETE", SESSION, Answer)
    async def delete(self, caller: Caller, session_id: str) -> Answer:
        session = await self._session(caller, session_id)
        await self._memory.delete_conversation(caller, session.conversation_id)
        return Answer()

    @endpoint("GET", f"{SESSION}/messages", Answer)
    async def list_messages(self, caller: Caller, session_id: str) -> Answer:
        session = await self._known(caller, session_id)
        found = await self._threads.whole(caller, session.conversation_id) if session else []
        return Answer(data=[message_row(session_id, one) for one in found])

    @endpoint("POST", f"{SESSION}/messages", Answer, status=201, body=NewMessage)
    async def save_message(self, caller: Caller, session_id: str, body: NewMessage) -> Answer:
        session = await self._opened(caller, session_id)
        kept = {"messageType": body.messageType, "conversationId": body.conversationId, "sent": body.metadata or {}}
        theirs, place = _fingerprint(body), 0
        while known := await self._threads.find(caller, session.conversation_id, f"{theirs}:{place}"):
            if known.created_at > now_ms() - REPEAT_WITHIN_MS:
                break
            place += 1
        where, id_ = session.conversation_id, f"{theirs}:{place}"
        saved = await self._threads.save(caller, where, id_, body.role, body.content, kept)
        return Answer(data=message_row(session_id, saved))

    @endpoint("GET", f"{SESSION}/components", Answer)
    async def list_components(self, caller: Caller, session_id: str) -> Answer:
        session = await self._known(caller, session_id)
        found = await self._components(caller, session) if session else []
        newest = found[-1].id if found else None
        return Answer(data=[component_row(session_id, one, one.id == newest) for one in found])

    @endpoint("POST", f"{SESSION}/components", Answer, status=201, body=NewComponent)
    async def save_component(self, caller: Caller, session_id: str, body: NewComponent) -> Answer:
        session = await self._opened(caller, session_id)
        fingerprint = _fingerprint(body)
        last = (await self._components(caller, session))[-1:]
        for one in last:
            if one.metadata.get("fingerprint") == fingerprint and one.created_at > now_ms() - REPEAT_WITHIN_MS:
                return Answer(data=component_row(session_id, one, True))
        kept = {"componentType": body.componentType or "", "sent": body.metadata or {}, "fingerprint": fingerprint}
        where, css = session.conversation_id, body.cssCode or ""
        made = await self._artifacts.create(caller, where, "jsx", body.name, body.jsxCode, css=css, metadata=kept)
        return Answer(data=component_row(session_id, made, True))

    @endpoint("GET", f"{SESSION}/interactions", Answer)
    async def list_interactions(self, caller: Caller, session_id: str) -> Answer:
        return Answer(data=await self._kept(caller, session_id, INTERACTION))

    @endpoint("POST", f"{SESSION}/interactions", Answer, status=201, body=NewInteraction)
    async def save_interaction(self, caller: Caller, session_id: str, body: NewInteraction) -> Answer:
        return Answer(data=await self._keep(caller, session_id, INTERACTION, body))

    @endpoint("GET", f"{SESSION}/ai-responses", Answer)
    async def list_ai_responses(self, caller: Caller, session_id: str) -> Answer:
        return Answer(data=await self._kept(caller, session_id, AI_RESPONSE))

    @endpoint("POST", f"{SESSION}/ai-responses", Answer, status=201, body=NewAiResponse)
    async def save_ai_response(self, caller: Caller, session_id: str, body: NewAiResponse) -> Answer:
        return Answer(data=await self._keep(caller, session_id, AI_RESPONSE, body))

    async def _changed(self, caller: Caller, session: Conversation, body: SessionFields) -> Conversation:
        kept = body.model_dump(include={"description", "is_active"}, exclude_none=True)
        changes: dict[str, Any] = {"title": body.title} if body.title and body.title != session.title else {}
        if kept:
            changes["metadata"] = session.metadata | kept
        if not changes:
            return session
        return await self._memory.edit_conversation(caller, session.conversation_id, changes)

    async def _known(self, caller: Caller, session_id: str) -> Conversation | None:
        """By its id, or by the name that an editor gave it."""
        get, ids = partial(self._memory.conversation, caller), (session_id, own_id(CLIENT, session_id))
        return await first_known(get, ids, lambda session: session.deleted_at is None)

    async def _session(self, caller: Caller, session_id: str) -> Conversation:
        session = await self._known(caller, session_id)
        if session is None:
            raise NotFound("There is no such session.")
        return session

    async def _opened(self, caller: Caller, session_id: str) -> Conversation:
        """An editor may be the first to name a session."""
        known = await self._known(caller, session_id)
        if known is not None:
            return known
        locrit, id_ = await self._oldest.name(caller), own_id(CLIENT, session_id)
        opened, _ = await self._memory.open_conversation(
            caller, locrit, conversation_id=id_, session_id=session_id, client_label=CLIENT
        )
        return opened

    async def _components(self, caller: Caller, session: Conversation) -> list[Artifact]:
        return await whole_artifacts(self._artifacts, caller, session.conversation_id, "jsx")

    async def _kept(self, caller: Caller, session_id: str, name: str) -> list[dict[str, Any]]:
        session = await self._known(caller, session_id)
        found = await self._tool_results.of_conversation(caller, session.conversation_id) if session else []
        return [told_row(session_id, one) for one in found if one.name == name]

    async def _keep(self, caller: Caller, session_id: str, name: str, body: RequestModel) -> dict[str, Any]:
        session = await self._opened(caller, session_id)
        id_ = f"{session.conversation_id}:{_fingerprint(body)}"
        sent = body.model_dump() | {"metadata": body.model_dump().get("metadata") or {}}
        fields = {"name": name, "arguments": sent}
        return told_row(session_id, await self._tool_results.save(caller, session.conversation_id, id_, fields))


def _fingerprint(body: RequestModel) -> str:
    return hashlib.sha256(json.dumps(body.model_dump(), sort_keys=True).encode()).hexdigest()[:40]
