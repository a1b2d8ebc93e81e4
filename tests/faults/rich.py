"""A database in which everything happened that can: what damages are tried on."""

from pathlib import Path
from typing import Any

import numpy as np

from src.entities import (
    ClientMessage,
    Failure,
    GenerationResult,
    Interaction,
    NewToolResult,
    Part,
    PromptContext,
    ReasoningPart,
    RecalledMemory,
    SendMessage,
    TextPart,
    Turn,
    Usage,
)
from src.entities.recall import Recalled
from src.ids import new_id
from src.recall import meaning
from src.stores import recalled, recalled_memories, search, vectors
from src.stores.unit_of_work import UnitOfWork
from tests.fakes import uploads
from tests.store import LOCRIT, Store, opened

USAGE = Usage(prompt_tokens=12, completion_tokens=34, first_token_ms=5.5, total_ms=99.0, tokens_per_second=40.5)
CONTEXT = PromptContext(seen_from=2, limited_by="window", window_tokens=4096)
THOUGHT: list[Part] = [ReasoningPart(text="Who, then? é", duration_ms=1500), TextPart()]
FAILURE = Failure(code="model_unavailable", message="It went away.", hint="Start it.")


async def lived(path: Path, *, of_old: bool = False) -> None:
    """Make it there. Replies are left running, and messages unindexed. `of_old` is what there was before artifacts."""
    async with opened(f"sqlite:///{path}") as store:
        await fill(store, of_old=of_old)


async def fill(store: Store, *, of_old: bool = False) -> None:
    await _locrits(store)
    conversation_id = await store.conversation()
    await _versions(store, conversation_id)
    reply = await _replies(store, conversation_id)
    await _copies_and_trash(store, conversation_id, reply)
    await _memories(store, of_old=of_old)
    if not of_old:
        await store.server_settings.edit({"default_model": "m:1", "options": {"num_ctx": 8192, "keep_alive": "1h"}})
        await store.server_settings.edit({"default_model": "é:1"})
        await store.invitations.create(LOCRIT, "Ann")
        revoked = await store.invitations.create(LOCRIT, "é")
        await store.invitations.revoke(LOCRIT, revoked.id)
        await _reminded(store, reply)
        await _concepts(store)
        await _artifacts(store, conversation_id)
        await _files(store, conversation_id)
    await store.database.write(search.index_pending)
    if not of_old:
        await store.database.write(_embed)
    await _unindexed(store, conversation_id)
    await _running(store, conversation_id)
    if not of_old:
        await _tools(store, conversation_id)


async def _locrits(store: Store) -> None:
    fields = {"options": {"temperature": 0.7, "top_k": 20}, "avatar": "🦜", "description": "é à ü", "model": "m:1"}
    await store.locrits.create("Kay", fields, op_id="create kay")
    await store.locrits.edit("Kay", {"message_limit": 7, "open_to": {"internet": True}, "system_prompt": "Be kind."})
    await store.locrits.create("Gone", {"welcome_message": "hello"})
    await store.locrits.delete("Gone")
    other, _ = await store.memory.open_conversation("Kay", session_id="s", client_label="ann", title="Kay and Ann")
    await store.memory.save_message(other.conversation_id, "user", "hello, Kay", metadata={"mood": "é", "n": 1.5})
    await store.locrits.edit("Kay", {"name": "Kay the second"})


async def _versions(store: Store, conversation_id: str) -> None:
    for id_, content in (("m1", "one"), ("m2", "two, " * 400), ("m3", "three")):
        await store.memory.save_message(conversation_id, "user", content, message_id=id_, op_id=f"save {id_}")
    await store.memory.edit_message("m1", "one, edited")
    await store.history.keep_conflict("m1", "one, as someone else would have it", op_id="aside")
    await store.history.roll_back("m1", 1)
    await store.history.merge(
        conversation_id, [ClientMessage("m3", "user", "three, theirs", 1), ClientMessage("offline", "user", "by night")]
    )
    await store.memory.delete_message("m3")
    await store.memory.save_message(conversation_id, "user", "secret", message_id="m4", op_id="secret")
    await store.memory.edit_message("m4", "very secret")
    await store.history.forget_message("m4")


async def _replies(store: Store, conversation_id: str) -> str:
    first = await ask(store, conversation_id, "why?", GenerationResult("complete", "Because. " * 30, USAGE))
    await ask(store, conversation_id, "how?", GenerationResult("failed", "Some", error=FAILURE))
    await ask(store, conversation_id, "when?", GenerationResult("stopped", "Now"), sibling_of=None)
    cut = await ask(store, conversation_id, "who?", GenerationResult("interrupted", "It was"))
    more = await store.turns.continue_(cut)
    await store.replies.append_chunk(more.generation_id, 1, " me.")
    await store.replies.finish_reply(more.generation_id, GenerationResult("complete", "It was me.", USAGE))
    again = await store.turns.retry(cut)
    await store.replies.finish_reply(again.generation_id, GenerationResult("complete", "It was you.", parts=THOUGHT))
    await store.memory.edit_message(again.reply.message_id, "It was you, I think.")
    return first


async def ask(store: Store, conversation_id: str, question: str, ending: GenerationResult, **place: Any) -> str:
    turn = await store.turns.send(SendMessage(question, op_id=new_id(), conversation_id=conversation_id, **place))
    await store.replies.record_prompt(turn.generation_id, "m:1", CONTEXT)
    await store.replies.record_interaction(call_of(turn, ending))
    await store.replies.finish_reply(turn.generation_id, ending)
    return turn.reply.message_id


def call_of(turn: Turn, ending: GenerationResult) -> Interaction:
    """With something to say in every field."""
    said = {"conversation_id": turn.reply.conversation_id, "message_id": turn.reply.message_id}
    counts = {"prompt_tokens": 7, "completion_tokens": 5, "load_ms": 0.5, "prompt_ms": 2.0, "first_token_ms": 3.0}
    return Interaction(
        id=f"call {turn.generation_id}",
        **said,
        **counts,
        generation_id=turn.generation_id,
        host="http://127.0.0.1:11435",
        model="m:1",
        options={"temperature": 0.5},
        think="on",
        completion_ms=8.0,
        total_ms=9.5,
        done_reason="stop",
        status="failed" if ending.error else "complete",
        error=ending.error,
        started_at=1,
    )


async def _copies_and_trash(store: Store, conversation_id: str, reply: str) -> None:
    fork = await store.history.fork(reply, op_id="fork")
    await store.memory.edit_conversation(fork.conversation_id, {"title": "A fork", "tags": ["a", "é"], "starred": True})
    thrown = await store.conversation("thrown")
    await store.memory.save_message(thrown, "user", "rubbish")
    await store.memory.delete_conversation(thrown)
    forgotten = await store.conversation("forgotten")
    await store.memory.save_message(forgotten, "user", "never again")
    await store.history.forget_conversation(forgotten)
    await store.memory.edit_conversation(conversation_id, {"pinned": True, "archived": True})
    await store.conversation("empty")


async def _reminded(store: Store, reply: str) -> None:
    where = {"conversation_id": "", "conversation_title": "", "role": "user", "content": "", "created_at": 1}
    said = [
        Recalled(message_id="m1", rev=1, start=0, end=3, score=7.5, features={"words": 6.5}, terms=["é"], **where),
        Recalled(message_id="m2", rev=2, start=4, end=9, score=2.5, features={}, terms=[], **where),
    ]
    await store.database.write(lambda tx: recalled.record(tx, reply, "m3", said))
    await store.database.write(lambda tx: recalled.record(tx, "offline", "m1", said[:1]))
    for message_id, mark in (("m1", "pinned"), ("m2", "never"), ("m2", "less"), ("offline", "never")):
        await store.recall.mark(message_id, mark)


async def _artifacts(store: Store, conversation_id: str) -> None:
    program = "x = 1\n" * 20
    made = f"Two:\n```html\n<!doctype html>\n<title>é</title>\n<p>\n```\n```py\n{program}```\n"
    reply = await ask(store, conversation_id, "make it", GenerationResult("complete", made, USAGE))
    page, program = await store.artifacts.of_messages([reply])
    await store.artifacts.edit(page.id, {"content": "<p>better", "name": "Page"}, op_id="edit artifact")
    await store.artifacts.roll_back(page.id, 1)
    await store.history.fork(reply)
    await store.artifacts.delete(program.id)
    fields = {"language": "jsx", "css": "p {}", "metadata": {"from": "a form"}, "op_id": "make"}
    await store.artifacts.create(conversation_id, "jsx", "Part", "const Part = () => null", **fields)
    secret = await store.artifacts.create(conversation_id, "code", "Secret", "42")
    await store.artifacts.edit(secret.id, {"content": "43"})
    await store.artifacts.forget(secret.id)


async def _memories(store: Store, *, of_old: bool) -> None:
    tea = await store.memory.save_memory(LOCRIT, "likes tea", 0.75, ["drink"], {"from": "m1"}, op_id="memory")
    await store.memory.edit_memory(LOCRIT, tea.id, {"content": "likes green tea", "tags": ["drink", "é"]})
    await store.memory.roll_back_memory(LOCRIT, tea.id, 1)
    secret = await store.memory.save_memory(LOCRIT, "a secret", 0.5)
    await store.memory.edit_memory(LOCRIT, secret.id, {"content": "a worse secret"})
    await store.memory.forget_memory(LOCRIT, secret.id)
    gone = await store.memory.save_memory(LOCRIT, "likes nothing", 0.25)
    await store.memory.delete_memory(LOCRIT, gone.id)
    if of_old:
        return
    dates = {"valid_from": 1_700_000_000_000, "valid_to": 1_800_000_000_000}
    recalled_ = [RecalledMemory(memory=tea, score=2.5, features={"words": 2.5}, terms=["tea"])]
    await store.database.write(lambda tx: recalled_memories.record(tx, "m2", "m1", recalled_))
    lives = await store.memory.save_memory(LOCRIT, "lives in Lyon", 0.5, **dates)
    await store.memory.edit_memory(LOCRIT, lives.id, {"valid_to": None})


async def _concepts(store: Store) -> None:
    talk = await store.conversation("concepts")
    said = "Ada took Minou to Lisbon, Porto and Braga.", "Ada hates Porto.", "Zanzibar is secret."
    for number, one in enumerate(said):
        await store.memory.save_message(talk, "user", one, message_id=f"concepts {number}")
    while await store.database.write(search.index_pending):
        pass
    names = ("Ada", "Minou", "Lisbon", "Porto", "Braga", "Zanzibar")
    ada, minou, lisbon, porto, braga, secret = [await store.concepts.id_of(LOCRIT, name) for name in names]
    await store.concepts.edit(LOCRIT, ada, {"name": "Ada L.", "type": "person", "description": "é"}, op_id="concept")
    await store.concepts.merge(LOCRIT, porto, lisbon)
    await store.concepts.delete(LOCRIT, minou)
    await store.concepts.describe(LOCRIT, braga, "A town.")
    await store.concepts.edit(LOCRIT, secret, {"description": "an island"})
    await store.history.forget_message("concepts 2")


async def _files(store: Store, conversation_id: str) -> None:
    await store.attach("photo", "a photo.png", uploads.picture())
    await store.attach("paper", "a paper.pdf", uploads.pdf("one", "two"))
    await store.attach("unsent", "not sent.txt", b"never sent")
    await ask(store, conversation_id, "what?", GenerationResult("complete", "That."), attachment_ids=("photo", "paper"))
    await store.attach("gone", "gone.txt", b"forgotten")
    await store.attachments.discard("gone")


def _embed(tx: UnitOfWork) -> None:
    """By two models, of which the second one is to be next."""
    for number, (model, chance) in enumerate((("m:1", 0.25), ("é:1", 0.5)), 1):
        vectors.add_space(tx, model, f"digest of {model}", 2, chance)
        space = vectors.spaces(tx.connection)[-1]
        rows = vectors.waiting(tx.connection, space.id, 0, 1000)
        of = [np.array([[number, row.index_id]] * len(row.texts), np.float32) for row in rows]
        vectors.store(tx, space.id, [(row, meaning.pack(some)) for row, some in zip(rows, of, strict=True)])
    vectors.use(tx, vectors.spaces(tx.connection)[0].id)


async def _unindexed(store: Store, conversation_id: str) -> None:
    await store.memory.edit_message("m2", "two, and not indexed since")
    await store.memory.save_message(conversation_id, "user", "not indexed at all")


async def _running(store: Store, conversation_id: str) -> None:
    turn = await store.turns.send(SendMessage("go on?", "running", conversation_id=conversation_id))
    for idx, text in ((3, "It is "), (5, "still "), (8, "running")):
        await store.replies.append_chunk(turn.generation_id, idx, text)
        if idx == 5:
            await store.replies.fold_reply(turn.generation_id, turn.reply.message_id, idx, "It is still ")
    thinks = await store.turns.send(SendMessage("what?", "thinking", conversation_id=conversation_id))
    for idx, text in ((2, "Is it "), (4, "here?")):
        await store.replies.append_chunk(thinks.generation_id, idx, text, "reasoning")
    thought: list[Part] = [ReasoningPart(text="Is it here?")]
    await store.replies.fold_reply(thinks.generation_id, thinks.reply.message_id, 4, "", thought)
    await store.replies.append_chunk(thinks.generation_id, 5, "It ", "text", 1234)
    await store.replies.record_prompt(turn.generation_id, "m:1", CONTEXT)


async def _tools(store: Store, conversation_id: str) -> None:
    """Of a reply that runs: one was refused, one failed, one was done, two wait."""
    await store.locrits.edit("Kay the second", {"tools": {"now": "always", "remember": "ask"}})
    turn = await store.turns.send(SendMessage("which?", "tools", conversation_id=conversation_id))
    asked = [NewToolResult(f"t{n}", "now", {"in": "é", "n": n}, "Now", changes=n == 2, asks=n == 3) for n in range(5)]
    await store.replies.call_tools(turn.generation_id, 0, asked)
    for id_ in ("t0", "t1", "t2"):
        await store.replies.start_tool(turn.generation_id, id_)
    await store.replies.end_tool("t0", {"status": "done", "result": ["é", 1.5, None], "duration_ms": 12})
    await store.replies.end_tool("t1", {"status": "failed", "error": FAILURE, "duration_ms": 5})
    await store.replies.end_tool("t4", {"status": "refused", "answer": "refuse"})
    gone = await store.turns.send(SendMessage("a secret?", "secret tool", conversation_id=conversation_id))
    await store.replies.call_tools(gone.generation_id, 0, [NewToolResult("t5", "tell", {"secret": "very"})])
    await store.replies.end_tool("t5", {"status": "done", "result": "a secret"})
    await store.replies.finish_reply(gone.generation_id, GenerationResult("complete"))
    await store.history.forget_message(gone.reply.message_id)
