"""The job table: what waits is known, and is to be done to something that is there."""

from sqlalchemy import Connection

from src.models import artifacts, concepts, conversations, jobs, locrits, memories, messages, users
from src.stores.concept_index import RECOUNT
from src.stores.integrity import repairs
from src.stores.integrity.reading import Problems, rows
from src.stores.jobs import EXTRACT, ORDERS
from src.stores.pulls import PULL
from src.stores.scrubbing import SCRUB
from src.stores.search import REINDEX
from src.stores.steps import HANDLERS, READERS
from src.stores.trash import EVERYBODY

KINDS = {"index", RECOUNT, SCRUB, REINDEX, PULL, EXTRACT, *HANDLERS, *READERS, repairs.ALL, *ORDERS}
ALL_OF_THEM = {SCRUB, "message_search", EVERYBODY}


def waiting(connection: Connection) -> Problems:
    tables = (messages, conversations, locrits, memories, concepts, artifacts, users)
    there = {row["id"] for table in tables for row in rows(connection, table)} | ALL_OF_THEM
    for job in rows(connection, jobs):
        is_known = job["entity_id"] in there or job["kind"] == PULL
        right = job["kind"] in KINDS and is_known and job["position"] >= 0
        yield None if right else f"Job {job['row_id']} is to {job['kind']} {job['entity_id']}, which is not known."
