"""An operation is what it is done to and all that was asked: the same `op_id` with any of it changed is refused."""

import inspect
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest

from src.entities import Change, GenerationResult, Invitation, NewToolResult, OpenConversation, SendMessage
from src.errors import Conflict
from src.models import messages, ops
from src.services.artifacts import ArtifactService
from src.services.attachments import AttachmentService
from src.services.concepts import ConceptService
from src.services.history import HistoryService
from src.services.invitations import InvitationService
from src.services.locrits import LocritService
from src.services.memory import MemoryService
from src.services.recall import RecallService
from src.services.server_settings import ServerSettingsService
from src.services.tool_results import ToolResults
from src.services.turns import Turns
from tests.callers import SOMEONE
from tests.fakes.uploads import received
from tests.store import LOCRIT, Store, on_each_database, on_sqlite
from tests.stores.decided import two_concepts

SERVICES: dict[str, type] = {
    "memory": MemoryService,
    "concepts": ConceptService,
    "history": HistoryService,
    "locrits": LocritService,
    "artifacts": ArtifactService,
    "tool_results": ToolResults,
    "attachments": AttachmentService,
    "server_settings": ServerSettingsService,
    "invitations": InvitationService,
    "recall": RecallService,
    "turns": Turns,
}
NOT_PART = {
    "caller": "the other half of the identity: another person's operation of the same id is another one (tried below)",
    "rev": "says what an edit is based on, not what it does; a repeat may be based on more",
    "op_id": "the identity itself",
    "description": "of a concept: what a model said of it; a repeat does not ask for it anew",
}
Recipe = tuple[dict[str, Any], dict[str, Any]]
"""The arguments of an operation, and another value for each of them."""


async def recipes(store: Store) -> dict[str, Recipe]:
    """Made on a store of its own."""
    one, two = await store.conversation("one"), await store.conversation("two")
    for name in ("m1", "m2"):
        await store.memory.save_message(one, "user", name, message_id=name)
        await store.memory.edit_message(name, f"{name}, better")
    turns = [await store.turns.send(SendMessage(f"why {n}", f"turn {n}", conversation_id=one)) for n in range(2)]
    for turn in turns:
        await store.replies.finish_reply(turn.generation_id, GenerationResult("interrupted", "because"))
    replies = [turn.reply.message_id for turn in turns]
    for name in ("d1", "d2"):
        await store.attach(name, "d.txt", name.encode())
    for name in ("in the trash", "in the trash, too"):
        await store.locrits.create(name, {})
        await store.locrits.delete(name)
    notes = [await store.memory.save_memory(LOCRIT, f"likes {what}") for what in ("tea", "rain")]
    for each in notes:
        await store.memory.edit_memory(LOCRIT, each.id, {"content": f"{each.content}, mostly"})
    a_note = {"locrit_name": LOCRIT, "memory_id": notes[0].id}
    other_note = {"locrit_name": "Pixie Assistant", "memory_id": notes[1].id}
    a_concept, other_concept = await two_concepts(store)
    made = [await store.artifacts.create(one, "code", name, f"print({name!r})") for name in ("a", "b")]
    for each in made:
        await store.artifacts.edit(each.id, {"content": f"{each.content}  # better"})
    artifacts = {"artifact_id": made[0].id}, {"artifact_id": made[1].id}
    two_messages = {"message_id": "m1"}, {"message_id": "m2"}
    saved = {"conversation_id": one, "role": "user", "content": "hi", "message_id": "m9", "metadata": {"a": 1}}
    other = {"conversation_id": two, "role": "system", "content": "ho", "message_id": "m8", "metadata": {"a": 2}}
    opened = {"locrit_name": LOCRIT, "conversation_id": "c1", "session_id": "s1", "client_label": "u1", "title": "t1"}
    elsewhere = {"locrit_name": "Pixie Assistant", "conversation_id": "c2", "session_id": "s2", "client_label": "u2"}
    note = {"locrit_name": LOCRIT, "content": "tea", "importance": 0.5, "tags": ["a"], "metadata": {"a": 1}}
    note |= {"valid_from": 1, "valid_to": 2, "memory_id": "n1"}
    noted = {"locrit_name": "Pixie Assistant", "content": "coffee", "importance": 0.6, "tags": [], "metadata": {}}
    noted |= {"valid_from": 3, "valid_to": 4, "memory_id": "n2"}
    invited = [await store.invitations.create(name, "") for name in (LOCRIT, "Pixie Assistant")]
    asking = await store.turns.send(SendMessage("do it", "asking", conversation_id=two))
    tools = [NewToolResult(id_, "remember", changes=True, asks=True) for id_ in ("t1", "t2")]
    await store.replies.call_tools(asking.generation_id, 0, tools)
    return {
        "tool_results.answer": ({"id_": "t1", "answer": "once"}, {"id_": "t2", "answer": "refuse"}),
        "tool_results.save": (
            {"conversation_id": one, "id_": "t3", "fields": {"name": "a"}, "created_at": 1},
            {"conversation_id": two, "id_": "t4", "fields": {"name": "b"}, "created_at": 2},
        ),
        "memory.save_message": (saved, other),
        "memory.open_conversation": (opened, elsewhere | {"title": "t2"}),
        "memory.edit_conversation": (
            {"conversation_id": one, "changes": {"starred": True}},
            {"conversation_id": two, "changes": {"starred": False}},
        ),
        "memory.delete_conversation": ({"conversation_id": one}, {"conversation_id": two}),
        "memory.edit_message": ({"message_id": "m1", "content": "a"}, {"message_id": "m2", "content": "b"}),
        "memory.delete_message": two_messages,
        "memory.restore_message": two_messages,
        "memory.delete_session": (
            {"locrit_name": LOCRIT, "session_id": "one"},
            {"locrit_name": "Pixie Assistant", "session_id": "two"},
        ),
        "memory.save_memory": (note, noted),
        "memory.edit_memory": (a_note | {"changes": {"content": "a"}}, other_note | {"changes": {"content": "b"}}),
        "memory.roll_back_memory": (a_note | {"rev": 1}, other_note | {"rev": 2}),
        "memory.delete_memory": (a_note, other_note),
        "memory.restore_memory": (a_note, other_note),
        "concepts.edit": (a_concept | {"changes": {"type": "a"}}, other_concept | {"changes": {"type": "b"}}),
        "concepts.merge": (
            a_concept | {"into": other_concept["concept_id"]},
            other_concept | {"into": a_concept["concept_id"]},
        ),
        "concepts.delete": (a_concept, other_concept),
        "concepts.restore": (a_concept, other_concept),
        "concepts.describe": (a_concept | {"description": "a"}, other_concept | {"description": "b"}),
        "memory.clear": ({"locrit_name": LOCRIT}, {"locrit_name": "Pixie Assistant"}),
        "turns.retry": ({"message_id": "m1", "model": "a"}, {"message_id": "m2", "model": "b"}),
        "turns.continue_": ({"reply_id": replies[0]}, {"reply_id": replies[1]}),
        "attachments.save": (
            {"attachment_id": "a1", "name": "a.txt", "incoming": received(store.database.files, b"one")},
            {"attachment_id": "a2", "name": "b.txt", "incoming": received(store.database.files, b"two")},
        ),
        "attachments.discard": ({"attachment_id": "d1"}, {"attachment_id": "d2"}),
        "history.roll_back": ({"message_id": "m1", "rev": 1}, {"message_id": "m2", "rev": 2}),
        "history.keep_conflict": ({"message_id": "m1", "content": "a"}, {"message_id": "m2", "content": "b"}),
        "history.fork": ({"message_id": "m1", "conversation_id": "f1"}, {"message_id": "m2", "conversation_id": "f2"}),
        "history.forget_message": two_messages,
        "history.empty_trash": ({"older_than_days": 0}, {"older_than_days": 1}),
        "history.forget_conversation": ({"conversation_id": one}, {"conversation_id": two}),
        "memory.forget_memory": (a_note, other_note),
        "history.forget_locrit": ({"name": "in the trash"}, {"name": "in the trash, too"}),
        "artifacts.create": (
            {"conversation_id": one, "type": "jsx", "name": "a", "content": "b", "artifact_id": "x", "message_id": "m1"}
            | {"language": "jsx", "css": "p {}", "metadata": {"a": 1}, "made_at": None},
            {"conversation_id": two, "type": "code", "name": "c", "content": "d", "artifact_id": "y"}
            | {"message_id": "m2", "language": "tsx", "css": "", "metadata": {}, "made_at": 1},
        ),
        "artifacts.edit": (
            artifacts[0] | {"changes": {"content": "a"}},
            artifacts[1] | {"changes": {"content": "b"}},
        ),
        "artifacts.roll_back": (artifacts[0] | {"version": 1}, artifacts[1] | {"version": 2}),
        "artifacts.delete": artifacts,
        "artifacts.restore": artifacts,
        "artifacts.forget": artifacts,
        "locrits.create": (
            {"name": "Eve", "fields": {"description": "a"}, "locrit_id": "e"},
            {"name": "Adam", "fields": {"description": "b"}, "locrit_id": "a"},
        ),
        "locrits.edit": (
            {"name": LOCRIT, "changes": {"description": "a"}},
            {"name": "Pixie Assistant", "changes": {"description": "b"}},
        ),
        "server_settings.edit": ({"changes": {"default_model": "a"}}, {"changes": {"options": {"num_ctx": 4096}}}),
        "invitations.create": (
            {"locrit_name": LOCRIT, "label": "Ann", "token": "x" * 43},
            {"locrit_name": "Pixie Assistant", "label": "Ben", "token": "y" * 43},
        ),
        "invitations.revoke": (
            {"locrit_name": LOCRIT, "invitation_id": invited[0].id},
            {"locrit_name": "Pixie Assistant", "invitation_id": invited[1].id},
        ),
        "recall.mark": ({"message_id": "m1", "mark": "never"}, {"message_id": "m2", "mark": "pinned"}),
        "locrits.delete": ({"name": LOCRIT}, {"name": "Pixie Assistant"}),
        "locrits.restore": ({"name": "in the trash"}, {"name": "in the trash, too"}),
    }


def operations() -> Iterator[tuple[str, list[str]]]:
    """Every one that takes an `op_id`, with what identifies it."""
    for service, class_ in SERVICES.items():
        for name, method in inspect.getmembers(class_, inspect.iscoroutinefunction):
            parameters = inspect.signature(method).parameters
            operation = f"{service}.{name}"
            if "op_id" in parameters and not name.startswith("_"):
                asked = {"rev"} if name.startswith("roll_back") else set()  # there it says what to do
                not_part = {"self", *NOT_PART} - asked
                yield operation, [one for one in parameters if one not in not_part]


OPERATIONS = dict(operations())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_same_id_stands_for_the_same_request(operation: str, sqlite_url: str) -> None:
    @on_sqlite
    async def scenario(store: Store) -> None:
        known = await recipes(store)
        assert operation in known, f"{operation} takes an op_id: say here with which arguments it is tried"
        arguments, others = known[operation]
        service, name = operation.split(".")
        act = getattr(getattr(store, service), name)
        first = await act(**arguments, op_id="the same")
        done = await _everything(store)
        for parameter in OPERATIONS[operation]:
            assert parameter in arguments, f"{parameter} of {operation} is an input: say here what else it could be"
            print(f"another {parameter}")
            with pytest.raises(Conflict):
                await act(**arguments | {parameter: others[parameter]}, op_id="the same")
            again = await act(**arguments, op_id="the same")
            assert _plain(again) == _plain(first), parameter
            assert await _everything(store) == done, parameter

    scenario(sqlite_url)


async def _everything(store: Store) -> list[Any]:
    return [(event.scope, event.seq) for event in store.published if isinstance(event, Change)]


def _plain(result: Any) -> Any:
    """Without what says that it was there before, and what is told once."""
    first = result[0] if isinstance(result, tuple) else result
    if isinstance(first, Invitation):
        return first.model_copy(update={"token": None})
    return first.model_copy(update={"repeated": True}) if hasattr(first, "repeated") else first


@on_each_database
async def test_what_others_call_their_operations_is_their_own_affair(store: Store) -> None:
    other = await store.of(SOMEONE)
    for person in (store, other):
        opened, created = await person.memory.open_conversation(LOCRIT, session_id="s", op_id="open")
        saved = await person.memory.save_message(opened.conversation_id, "user", person.caller.user_id, op_id="save")
        again = await person.memory.save_message(opened.conversation_id, "user", person.caller.user_id, op_id="save")
        assert (created, saved[1], again) == (True, True, (saved[0], False))
    assert len(await store.rows(ops)) == 4
    assert [row.content for row in await store.rows(messages)] == [store.caller.user_id, other.caller.user_id]


OPENING = OpenConversation("u1", LOCRIT, None, "s1")
QUESTIONS: dict[str, tuple[SendMessage, dict[str, Any]]] = {
    "in a conversation": (
        SendMessage("why", "the same", "q1", conversation_id="c1", parent_id="m1", attachment_ids=("a1",)),
        {"content": "how", "message_id": "q2", "conversation_id": "c2"}
        | {"parent_id": "m2", "sibling_of": "m1", "attachment_ids": ("a2",)},
    ),
    "in a session": (
        SendMessage("why", "the same", "q1", opening=OPENING),
        {"content": "how", "message_id": "q2", "attachment_ids": [("a1",)]}
        | {
            "opening": [
                replace(OPENING, client_label="u2"),
                replace(OPENING, locrit_name="Pixie Assistant"),
                replace(OPENING, session_id="s2"),
                replace(OPENING, conversation_id="c1"),
            ],
        },
    ),
}


@pytest.mark.parametrize(("question", "others"), QUESTIONS.values(), ids=QUESTIONS)
def test_a_question_is_also_where_it_is_asked(question: SendMessage, others: dict[str, Any], sqlite_url: str) -> None:
    @on_sqlite
    async def scenario(store: Store) -> None:
        for id_ in ("c1", "c2"):
            await store.memory.open_conversation(LOCRIT, conversation_id=id_)
        for n in "12":
            await store.memory.save_message("c1", "user", "before", message_id=f"m{n}")
            await store.attach(f"a{n}", "a.txt", n.encode())
        first = await store.turns.send(question)
        done = await _everything(store)
        for name, values in others.items():
            for value in values if isinstance(values, list) else [values]:
                with pytest.raises(Conflict):
                    await store.turns.send(replace(question, **{name: value}))
        assert (await store.turns.send(question)).generation_id == first.generation_id
        assert await _everything(store) == done

    scenario(sqlite_url)
    assert {field.name for field in fields(SendMessage)} == {
        "content", "op_id", "message_id", "opening", "conversation_id", "sibling_of", "parent_id", "attachment_ids",
    }  # fmt: skip


@on_each_database
async def test_a_question_by_socket_and_by_rest_is_the_same(store: Store) -> None:
    """By socket a client names the Locrit, too."""
    await store.memory.open_conversation(LOCRIT, conversation_id="c1")
    opening = OpenConversation("local", LOCRIT, "c1", None)
    by_socket = await store.turns.send(SendMessage("why", "the same", "q1", opening=opening))
    by_rest = await store.turns.send(SendMessage("why", "the same", "q1", conversation_id="c1"))
    assert by_rest.repeated
    assert by_rest.generation_id == by_socket.generation_id
    wrong = replace(opening, locrit_name="Pixie Assistant")
    with pytest.raises(Conflict):
        await store.turns.send(SendMessage("why", "the same", "q1", opening=wrong))
