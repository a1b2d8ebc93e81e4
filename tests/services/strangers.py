"""How a second person tries to get at what a first one has, by every method of every service."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from src.entities import (
    ClientConversation,
    ClientLocrit,
    ClientMessage,
    Filters,
    Memory,
    Message,
    SendMessage,
    ToolCallPart,
)
from src.entities.recall import RecallMark
from tests.fakes.uploads import received
from tests.services.decided import tries
from tests.services.first_person import MINE, SECRET, THEIRS, First
from tests.talk import opening


def has(what: str) -> Callable[[First], Any]:
    return lambda mine: getattr(mine, what)


def _referring(first: First) -> Message:
    parts = [ToolCallPart(id=first.tool)]
    times = {"created_at": 0, "updated_at": 0}
    return Message(
        message_id=first.cut,
        conversation_id=first.where,
        seq=1,
        role="assistant",
        content="",
        parts=parts,
        rev=1,
        **times,
    )


NOTED: dict[str, Any] = {"id": "new", "content": "theirs", "importance": 0.5, "tags": [], "pinned": False}
TIMES: dict[str, Any] = {"rev": 9, "created_at": 0, "updated_at": 0}
OWN: dict[str, Any] = {}
"""No id of anybody's: the answer is of the caller's own things alone."""
BY_LOCRIT = {"locrit_name": MINE}
BY_LOCRIT_ID = {"locrit_name": has("locrit_id")}
SESSION = BY_LOCRIT | {"session_id": SECRET}
NOTE = BY_LOCRIT | {"memory_id": has("note")}
SAID = {"message_id": has("said")}
WHERE = {"conversation_id": has("where")}
MADE = {"artifact_id": has("made")}
RUNNING = {"generation_id": has("running")}

CONCEPTS = tries(MINE, THEIRS, SECRET, has("concept"))
TRIED: dict[str, list[dict[str, Any]]] = {
    "memory.open_conversation": [
        BY_LOCRIT | {"session_id": "new"},
        BY_LOCRIT_ID | {"session_id": "new"},
        {"locrit_name": THEIRS} | WHERE,
        {"locrit_name": THEIRS, "op_id": "open"} | WHERE,
    ],
    "memory.conversation_id_of": [SESSION, BY_LOCRIT_ID | {"session_id": SECRET}],
    "memory.conversation": [WHERE],
    "memory.conversations": [OWN, {"q": SECRET}, BY_LOCRIT, BY_LOCRIT_ID],
    "memory.edit_conversation": [WHERE | {"changes": {"title": "theirs"}}, WHERE | {"changes": {"deleted": True}}],
    "memory.delete_conversation": [WHERE],
    "memory.save_message": [
        WHERE | {"role": "user", "content": "theirs"},
        WHERE | {"role": "user", "content": SECRET, "message_id": has("said")},
    ],
    "memory.get_conversation_history": [WHERE, WHERE | {"include_deleted": True}],
    "memory.get_history_around": [WHERE | SAID, WHERE | {"at": 0}],
    "memory.message": [SAID],
    "memory.edit_message": [SAID | {"content": "theirs"}],
    "memory.delete_message": [SAID],
    "memory.restore_message": [{"message_id": has("trashed")}],
    "memory.events": [{"scope": lambda first: f"conversation:{first.where}"}, {"scope": "user:local"}],
    "memory.check_may_follow": [{"scope": lambda first: f"conversation:{first.where}"}, {"scope": "user:local"}],
    "memory.generation": [RUNNING],
    "memory.memories": [BY_LOCRIT, BY_LOCRIT_ID],
    "memory.recalled_memories": [{"reply_id": has("cut")}, {"reply_id": has("said")}],
    "memory.extraction": [BY_LOCRIT, BY_LOCRIT_ID],
    "memory.retry_extraction": [BY_LOCRIT, BY_LOCRIT_ID],
    "memory.one_memory": [NOTE, NOTE | {"locrit_name": THEIRS}],
    "memory.save_memory": [BY_LOCRIT | {"content": "theirs"}, BY_LOCRIT_ID | {"content": "theirs"}],
    "memory.edit_memory": [NOTE | {"changes": {"content": "theirs"}}],
    "memory.roll_back_memory": [NOTE | {"rev": 1}],
    "memory.delete_memory": [NOTE],
    "memory.restore_memory": [NOTE],
    "memory.memory_versions": [NOTE],
    "memory.forget_memory": [NOTE],
    "memory.merge_memories": [{"theirs": lambda first: [Memory(locrit_id=first.locrit_id, **NOTED, **TIMES)]}],
    "memory.clear": [BY_LOCRIT, BY_LOCRIT_ID],
    "memory.search": [
        {"query": SECRET, "filters": Filters()},
        {"query": "", "filters": lambda first: Filters(conversation_id=first.where)},
        {"query": "", "filters": lambda first: Filters(locrit_id=first.locrit_id)},
        {"query": SECRET, "filters": Filters(), "locrit_name": MINE},
        {"query": SECRET, "filters": Filters(owner_id="local")},
    ],
    "memory.search_memories": [BY_LOCRIT | {"query": SECRET}, {"locrit_name": THEIRS, "query": SECRET}],
    "memory.get_full_memory_summary": [BY_LOCRIT, BY_LOCRIT_ID, {"locrit_name": THEIRS}],
    "memory.first_and_last_message_at": [BY_LOCRIT],
    "memory.statistics": [BY_LOCRIT],
    "memory.summary_of_all": [{}],
    "memory.activity": [BY_LOCRIT],
    "memory.sessions": [BY_LOCRIT, {"locrit_name": THEIRS}],
    "memory.session": [SESSION, {"locrit_name": THEIRS, "session_id": has("where")}],
    "memory.session_messages": [SESSION, {"locrit_name": THEIRS, "session_id": has("where")}],
    "memory.delete_session": [SESSION, {"locrit_name": THEIRS, "session_id": has("where")}],
    "memory.recall_log": [BY_LOCRIT, {"locrit_name": THEIRS}],
    "memory.export": [BY_LOCRIT | {"what": "messages", "form": "json"}],
    "memory.recalled_message": [BY_LOCRIT | SAID, {"locrit_name": THEIRS} | SAID],
    "artifacts.of_locrit": [BY_LOCRIT, BY_LOCRIT_ID, {"locrit_name": THEIRS}],
    "artifacts.of_conversation": [WHERE],
    "artifacts.of_messages": [{"message_ids": lambda first: [first.said]}],
    "artifacts.artifact": [MADE],
    "artifacts.versions": [MADE],
    "artifacts.create": [
        WHERE | {"type": "code", "name": "theirs", "content": "theirs"},
        WHERE | SAID | {"type": "code", "name": "theirs", "content": "theirs"},
        WHERE | MADE | {"type": "code", "name": "theirs", "content": "theirs"},
    ],
    "artifacts.edit": [MADE | {"changes": {"content": "theirs"}}],
    "artifacts.roll_back": [MADE | {"version": 1}],
    "artifacts.delete": [MADE],
    "artifacts.restore": [MADE],
    "artifacts.forget": [MADE],
    "history.versions": [SAID],
    "history.roll_back": [SAID | {"rev": 1}],
    "history.keep_conflict": [SAID | {"content": "theirs"}],
    "history.fork": [SAID],
    "history.merge": [
        WHERE | {"theirs": lambda first: [ClientMessage(first.said, "user", "theirs", rev=9)]},
        WHERE | {"theirs": [], "around": ClientConversation(None, THEIRS, 9, {"title": "theirs"})},
        {
            "conversation_id": "new",
            "theirs": [],
            "around": lambda first: ClientConversation(first.locrit_id, MINE, 9, {"title": "theirs"}),
        },
        {
            "conversation_id": "new",
            "theirs": lambda first: [ClientMessage(first.said, "user", "theirs", rev=9)],
            "around": ClientConversation(None, THEIRS, 9, {"user_id": "someone else", "title": "theirs"}),
        },
    ],
    "history.merge_locrits": [{"theirs": lambda first: [ClientLocrit(first.locrit_id, 9, {"name": "theirs"})]}],
    "history.trash": [OWN],
    "history.forget_message": [SAID, {"message_id": has("trashed")}],
    "history.forget_conversation": [WHERE],
    "history.forget_again": [
        {"message_ids": lambda first: [first.said], "artifact_ids": lambda first: [first.made]},
    ],
    "history.forget_locrit": [{"name": has("deleted")}, {"name": f"{SECRET} deleted"}],
    "history.copies": [SAID],
    "history.empty_trash": [OWN],
    "history.jobs": [OWN],
    "history.storage": [OWN],
    "history.verify": [OWN, {"repair": True}],
    "history.checking": [OWN],
    "locrits.list": [OWN, {"include_deleted": True}],
    "locrits.get": [{"name": MINE}, {"name": has("locrit_id")}],
    "locrits.create": [{"name": "new", "fields": {}, "locrit_id": has("locrit_id")}],
    "locrits.edit": [{"name": MINE, "changes": {"description": "theirs"}}],
    "locrits.delete": [{"name": MINE}, {"name": has("locrit_id")}],
    "locrits.restore": [{"name": has("deleted")}, {"name": f"{SECRET} deleted"}],
    "locrits.ensure_defaults": [OWN],
    "chat.send": [
        {"question": lambda first: SendMessage("theirs", "ask", conversation_id=first.where)},
        {"question": lambda first: SendMessage(f"{SECRET}?", None, first.said, conversation_id=first.where)},
        {"question": lambda _first: SendMessage("theirs", opening=opening(SECRET, MINE))},
        {
            "question": lambda first: SendMessage(
                "theirs", opening=replace(opening(locrit=THEIRS), conversation_id=first.where)
            )
        },
        {"question": lambda first: SendMessage("theirs", opening=opening("new", THEIRS), parent_id=first.said)},
        {"question": lambda first: SendMessage("theirs", opening=opening("new", THEIRS), sibling_of=first.said)},
        {"question": lambda first: SendMessage("theirs", None, first.said, opening=opening("new", THEIRS))},
        {
            "question": lambda _first: SendMessage(
                "theirs", opening=opening("new", THEIRS), attachment_ids=(f"{SECRET}-a",)
            )
        },
    ],
    "chat.retry": [SAID, {"message_id": has("cut")}],
    "chat.continue_": [{"reply_id": has("cut")}],
    "chat.stop": [RUNNING],
    "chat.state": [RUNNING],
    "chat.wait": [RUNNING],
    "chat.watch": [RUNNING],
    "attachments.save": [
        {
            "attachment_id": has("file"),
            "name": "theirs.txt",
            "incoming": lambda first: received(first.talk.app.database.files, SECRET.encode()),
        }
    ],
    "attachments.discard": [{"attachment_id": has("file")}],
    "attachments.get": [{"attachment_id": has("file")}],
    "attachments.file": [{"attachment_id": has("file")}],
    "pulls.jobs": [OWN],
    "pulls.begin": [{"model": "llama3.2:1b"}],
    "tool_results.get": [{"id_": has("tool")}],
    "tool_results.answer": [{"id_": has("tool"), "answer": "once"}, {"id_": has("tool"), "answer": "always"}],
    "tool_results.of_messages": [WHERE | {"messages": lambda first: [_referring(first)]}],
    "tool_results.of_conversation": [WHERE],
    "tool_results.save": [WHERE | {"id_": id_, "fields": {"name": "theirs"}} for id_ in ("new", has("tool"))],
    "pulls.cancel": [{"model": "llama3.2:1b"}],
    "interactions.of_conversation": [WHERE],
    "recall.recall": [BY_LOCRIT | {"question": SECRET}],
    "memory_recall.recall": [BY_LOCRIT | {"question": SECRET, "tokens": 1000}],
    "recall.mark": [SAID | {"mark": "never"}, {"message_id": has("trashed"), "mark": "pinned"}],
    "recall.merge_marks": [
        {"theirs": lambda first: [RecallMark(id=first.said, locrit_id=first.locrit_id, mark="never", **TIMES)]}
    ],
    "recall.of_reply": [{"reply_id": has("cut")}, {"reply_id": has("said")}],
    **CONCEPTS,
    "server_settings.edit": [{"changes": {"default_model": "theirs"}}],
    "invitations.list": [BY_LOCRIT, BY_LOCRIT_ID],
    "invitations.create": [BY_LOCRIT | {"label": "theirs"}, BY_LOCRIT_ID | {"label": "theirs"}],
    "invitations.revoke": [
        BY_LOCRIT | {"invitation_id": has("invitation")},
        {"locrit_name": THEIRS, "invitation_id": has("invitation")},
    ],
    "invitations.locrit_opened_by": [{"token": has("token")}],
    "library.look": [{}],
    "library.unload": [{"model": "llama3.2:1b"}],
    "library.delete": [{"model": "llama3.2:1b"}],
}
ANSWERED = {
    "artifacts.of_messages", "artifacts.of_locrit",
    "memory.conversations", "memory.search", "memory.search_memories", "memory.get_full_memory_summary",
    "memory.summary_of_all",
    "memory.recall_log",
    "memory.sessions", "history.forget_again",
    "history.trash", "history.empty_trash", "history.jobs", "history.storage",
    "locrits.ensure_defaults", "locrits.list", "recall.merge_marks", "library.look", "pulls.jobs",
}  # fmt: skip
"""About the caller's own things; all others are refused, whatever they are asked for."""
