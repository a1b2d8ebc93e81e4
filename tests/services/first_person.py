"""What a first person has."""

import threading
from dataclasses import dataclass

from src.entities import (
    GenerationResult,
    NewToolResult,
    SendMessage,
)
from tests.callers import ME
from tests.eventually import eventually
from tests.fakes.ollama import Hold
from tests.fakes.uploads import received
from tests.services.decided import decided
from tests.talk import Talk

SECRET = "Zanzibar"
"""In all that the first person ever said or named. The second one has the Locrits of the first start."""
MINE = f"{SECRET} Bob"
THEIRS = "Pixie Assistant"


@dataclass
class First:
    """What the first person has."""

    talk: Talk
    locrit_id: str
    where: str
    said: str
    cut: str
    running: str
    trashed: str
    note: str
    concept: str
    made: str
    deleted: str
    tool: str
    file: str
    invitation: str
    token: str


async def what_the_first_has(talk: Talk, release: threading.Event) -> First:
    locrit = await talk.locrits.create(MINE, {"description": SECRET, "system_prompt": SECRET})
    opened, _ = await talk.memory.open_conversation(MINE, session_id=SECRET, title=SECRET)
    conversation_id = opened.conversation_id
    said, _ = await talk.memory.save_message(
        conversation_id, "user", SECRET, message_id=f"{SECRET}-m", metadata={"a": SECRET}
    )
    await talk.memory.edit_message(said.message_id, f"{SECRET}, better")
    cut = await talk.turns.send(SendMessage(f"{SECRET}?", conversation_id=conversation_id))
    await talk.replies.append_chunk(cut.generation_id, 1, SECRET)
    await talk.replies.call_tools(cut.generation_id, 1, [NewToolResult(f"{SECRET}-t", SECRET, SECRET, asks=True)])
    await talk.replies.finish_reply(cut.generation_id, GenerationResult("interrupted"))
    trashed, _ = await talk.memory.save_message(conversation_id, "user", f"{SECRET} in the trash")
    await talk.memory.delete_message(trashed.message_id)
    note = await talk.memory.save_memory(MINE, SECRET, tags=[SECRET])
    await talk.memory.edit_memory(MINE, note.id, {"content": f"{SECRET}, better"})
    made = await talk.artifacts.create(
        conversation_id, "code", SECRET, f"print({SECRET!r})", message_id=said.message_id
    )
    await talk.artifacts.edit(made.id, {"content": SECRET})
    other = await talk.locrits.create(f"{SECRET} deleted", {})
    await talk.locrits.delete(other.name)
    talk.fake.enqueue([SECRET, Hold(release)])
    invited = await talk.app.invitations.create(ME, MINE, f"{SECRET} Ann")
    running = await talk.ask(f"{SECRET}, now?", conversation_id=conversation_id)
    await eventually(lambda: bool(talk.saved()))
    return First(
        talk,
        locrit.id,
        conversation_id,
        said.message_id,
        cut.reply.message_id,
        running.generation_id,
        trashed.message_id,
        note.id,
        await decided(talk, locrit.id, MINE, SECRET),
        made.id,
        other.id,
        f"{SECRET}-t",
        await _attached(talk),
        invited.id,
        str(invited.token),
    )


async def _attached(talk: Talk) -> str:
    incoming = received(talk.app.database.files, SECRET.encode())
    kept, _ = await talk.app.attachments.save(ME, f"{SECRET}-a", f"{SECRET}.txt", incoming)
    return kept.id
