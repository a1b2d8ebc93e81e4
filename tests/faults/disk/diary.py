"""What a process told people and what it was asked, written into the journal between the steps of its disk."""

import json
import os

from src.events import Event, ReplyChunk
from tests.faults.audit import Witness
from tests.faults.disk import journal


class Diary:
    """Each line is a list: what happened, then to what."""

    def __init__(self) -> None:
        self._file = os.open(os.environ["DISK_JOURNAL"], os.O_WRONLY | os.O_APPEND)

    def asked(self, question: str) -> None:
        """The model, by the server."""
        self._write("asked", question)

    def on_event(self, event: Event) -> None:
        if isinstance(event, ReplyChunk):
            self._write("shown", event.generation_id, event.content)

    def changing(self, message_id: str) -> None:
        """Until the change is acknowledged, the message may be as before or as after it."""
        self._write("changing", message_id)

    def acknowledged(self, message_id: str, content: str, *op_ids: str) -> None:
        self._write("acknowledged", message_id, content, *op_ids)

    def _write(self, *line: str) -> None:
        os.write(self._file, journal.note(json.dumps(line)))


def remember(witness: Witness, line: str) -> None:
    """What the diary says, as the audit wants to know it."""
    match json.loads(line):
        case ["asked", question]:
            witness.asked.append(question)
        case ["shown", generation_id, piece]:
            witness.shown.setdefault(generation_id, []).append(piece)
        case ["changing", message_id]:
            witness.acknowledged.pop(message_id, None)
        case ["acknowledged", message_id, content, *op_ids]:
            witness.acknowledged[message_id] = content
            witness.operations.update(op_ids)


def is_promise(line: str) -> bool:
    """Whether it is about something that must be on the disk already."""
    return json.loads(line)[0] in ("acknowledged", "asked")
