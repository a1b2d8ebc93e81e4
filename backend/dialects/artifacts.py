"""Artifacts, whole, as clients of other systems list them."""

from src.entities import Artifact, ArtifactType
from src.operations import Caller
from src.services.artifacts import ArtifactService

LISTED_AT_ONCE = 200


async def whole_artifacts(
    artifacts: ArtifactService, caller: Caller, conversation_id: str, type_: ArtifactType | None = None
) -> list[Artifact]:
    """The newest of a conversation, of one type or of all, the oldest of them first."""
    listed, _ = await artifacts.of_conversation(caller, conversation_id, limit=LISTED_AT_ONCE)
    found = [await artifacts.artifact(caller, one.id) for one in listed if type_ in (None, one.type)]
    return sorted(found, key=lambda one: (one.created_at, one.id))
