"""Running replies, which no event tells of until they end."""

import json

from sqlalchemy import Connection

from src.entities.parts import PARTS, TEXT, Body, Draft, from_json
from src.models import events, generation_chunks, generations, messages, tool_results
from src.stores.integrity.reading import UNREADABLE, Names, Problems, Row, reason, rows


def replies(connection: Connection) -> Problems:
    """Every reply knows how it was written; one that runs is what is in its log, one that ended has none."""
    names = Names(connection)
    known = {row["id"]: row for row in rows(connection, generations)}
    written = {row["generation_id"]: row for row in rows(connection, messages, "WHERE generation_id IS NOT NULL")}
    for id_ in written.keys() - known.keys():
        yield f"How {names.message(written[id_]['id'])} was written is not known any more."
    for generation in known.values():
        try:
            wrong = _wrong(connection, generation, written.get(generation["id"]))
        except UNREADABLE as error:
            wrong = f"cannot be read: {reason(error)}"
        yield f"{names.of(generations, generation)}: {wrong}." if wrong else None
    streaming = {row["id"] for row in rows(connection, messages, "WHERE status = 'streaming'")}
    for row in rows(connection, tool_results, "WHERE status = 'running'"):
        runs = row["message_id"] in streaming
        yield None if runs else f"{names.of(tool_results, row)} runs, and its message does not."


def _wrong(connection: Connection, generation: Row, reply: Row | None) -> str | None:
    log = list(rows(connection, generation_chunks, "WHERE generation_id = :id ORDER BY idx", id=generation["id"]))
    if generation["status"] != "streaming":
        return "it has ended, and still has a log" if log or generation["folded_idx"] else None
    if reply is None or reply["status"] != "streaming":
        return "it runs, and its message does not"
    folded = generation["folded_idx"]
    if folded and folded not in [chunk["idx"] for chunk in log]:
        return "how much of its text is in the message is not known"
    draft = Draft(_begun(connection, reply))
    for chunk in log:
        if chunk["idx"] <= folded:
            draft.add(chunk["kind"] or TEXT, chunk["text"], chunk["thought_ms"])
    if draft.body() != (reply["content"], from_json(reply["parts"])):
        return "its text is not what the model said"
    return None


def _begun(connection: Connection, reply: Row) -> Body:
    """What it said when it began, or went on."""
    where = "WHERE scope = :scope AND entity_id = :id ORDER BY seq DESC LIMIT 1"
    scope = f"conversation:{reply['conversation_id']}"
    [event] = rows(connection, events, where, scope=scope, id=reply["id"])
    told = json.loads(event["payload"])
    return Body(told["content"], PARTS.validate_python(told["parts"]) if "parts" in told else None)
