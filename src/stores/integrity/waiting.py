"""The job table: what waits is known, and is to be done to something that is there."""

from sqlalchemy import Connection

from src.models import conversations, jobs, locrits, memories, messages
from src.stores.integrity.reading import Problems, rows
from src.stores.scrubbing import SCRUB
from src.stores.search import REINDEX
from src.stores.steps import HANDLERS

KINDS = {"index", SCRUB, REINDEX, *HANDLERS}


def waiting(connection: Connection) -> Problems:
    there = {row["id"] for table in (messages, conversations, locrits, memories) for row in rows(connection, table)}
    for job in rows(connection, jobs):
        right = job["kind"] in KINDS and job["entity_id"] in there | {SCRUB, "message_search"} and job["position"] >= 0
        yield None if right else f"Job {job['row_id']} is to {job['kind']} {job['entity_id']}, which is not known."
