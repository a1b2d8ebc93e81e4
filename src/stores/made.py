"""What replies made: artifacts, stored in the transaction that ends the reply, and copied with it."""

from collections.abc import Sequence

from src.entities import Artifact, Message
from src.fences import Made, made_in
from src.ids import artifact_id, new_id
from src.operations import Stamp
from src.stores import artifacts, copies
from src.stores.conversations import ConversationHead
from src.stores.unit_of_work import UnitOfWork

_COPIED = {"position", "type", "name", "language", "content", "css", "metadata"}


def add(tx: UnitOfWork, head: ConversationHead, reply: Message, stamp: Stamp) -> None:
    """Stores what the reply made, once. One that was cut off and goes on has it go on too, as long as nobody changed
    it; what is in the trash, or forgotten, stays there."""
    for made in made_in(reply.content):
        id_ = artifact_id(reply.message_id, made.position)
        known = artifacts.find(tx.connection, id_)
        if known is None:
            artifacts.add(tx, head, {"id": id_, "message_id": reply.message_id, **made._asdict()}, stamp)
        elif _goes_on(known, made):
            grown = {"content": made.content, "css": made.css}
            artifacts.revise(tx, known, artifacts.edited(grown), None, stamp, in_trash=True)


def _goes_on(known: Artifact, made: Made) -> bool:
    return known.deleted_at is None and known.type == made.type and artifacts.goes_on(known, made.content)


def copy(tx: UnitOfWork, head: ConversationHead, copied: Sequence[Message], stamp: Stamp) -> None:
    """To a fork, with these messages. What is in the trash is left out, as messages are."""
    of = {copies.origin_in(message.metadata): message.message_id for message in copied}
    for origin in artifacts.of_messages(tx.connection, head.owner_id, filter(None, of)):
        if origin.deleted_at is None:
            new = {"id": new_id(), "message_id": of[origin.message_id], "copied_from": origin.copied_from or origin.id}
            artifacts.add(tx, head, new | origin.model_dump(include=_COPIED), stamp)
