"""The tables. Order is by `seq` or `row_id`, never by clock."""

from src.models.artifacts import artifact_versions, artifacts
from src.models.attachments import attachment_texts, attachments, message_attachments
from src.models.columns import metadata
from src.models.concepts import concept_counts, concept_index, concept_mentions, concepts
from src.models.conversations import conversations, generation_chunks, generations, message_versions, messages
from src.models.interactions import interactions
from src.models.invitations import invitations
from src.models.log import events, jobs, ops, row_counts
from src.models.memories import memories, memory_versions, recalled_memories
from src.models.people import activity, locrit_users, locrits, message_counts, users
from src.models.recall import recall_index, recall_marks, recall_vectors, recalled, vector_spaces
from src.models.server import server_settings
from src.models.tools import tool_results

__all__ = [
    "activity",
    "artifact_versions",
    "artifacts",
    "attachment_texts",
    "attachments",
    "concept_counts",
    "concept_index",
    "concept_mentions",
    "concepts",
    "conversations",
    "events",
    "generation_chunks",
    "generations",
    "interactions",
    "invitations",
    "jobs",
    "locrit_users",
    "locrits",
    "memories",
    "memory_versions",
    "message_attachments",
    "message_counts",
    "message_versions",
    "messages",
    "metadata",
    "ops",
    "recall_index",
    "recall_marks",
    "recall_vectors",
    "recalled",
    "recalled_memories",
    "row_counts",
    "server_settings",
    "tool_results",
    "users",
    "vector_spaces",
]
