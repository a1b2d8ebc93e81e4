"""Artifacts: list, make, look at, edit, roll back, throw away, bring back, forget."""

from backend.protocol.artifacts import (
    ArtifactList,
    ArtifactPage,
    ArtifactQuery,
    ArtifactVersions,
    CreateArtifact,
    EditArtifact,
    ForgetArtifact,
    RollBackArtifact,
)
from backend.protocol.conversations import OperationId
from backend.routes.locrits import changes
from backend.routing import endpoint
from src.application import Application
from src.entities import Artifact
from src.operations import Caller

OF_CONVERSATION = "/api/v2/conversations/<conversation_id>/artifacts"
ARTIFACT = "/api/v2/artifacts/<artifact_id>"


class ArtifactRoutes:
    noun = "artifacts"

    def __init__(self, application: Application) -> None:
        self._artifacts = application.artifacts

    @endpoint("GET", "/api/v2/locrits/<name>/artifacts", ArtifactList, query=ArtifactQuery)
    async def list_artifacts_of_locrit(self, caller: Caller, name: str, query: ArtifactQuery) -> ArtifactList:
        """What the replies of a Locrit made, what changed last first, page by page."""
        found, next_cursor = await self._artifacts.of_locrit(caller, name, **query.model_dump())
        return ArtifactList(artifacts=found, count=len(found), next_cursor=next_cursor)

    @endpoint("GET", OF_CONVERSATION, ArtifactList, query=ArtifactPage)
    async def list_artifacts(self, caller: Caller, conversation_id: str, query: ArtifactPage) -> ArtifactList:
        """What was made in a conversation, what changed last first, page by page."""
        found, next_cursor = await self._artifacts.of_conversation(caller, conversation_id, **query.model_dump())
        return ArtifactList(artifacts=found, count=len(found), next_cursor=next_cursor)

    @endpoint("POST", OF_CONVERSATION, Artifact, status=201, body=CreateArtifact)
    async def create_artifact(self, caller: Caller, conversation_id: str, body: CreateArtifact) -> Artifact:
        """Add an artifact to a conversation, or to a message of it."""
        return await self._artifacts.create(caller, conversation_id, **body.model_dump())

    @endpoint("GET", ARTIFACT, Artifact)
    async def get_artifact(self, caller: Caller, artifact_id: str) -> Artifact:
        """One artifact, also from the trash."""
        return await self._artifacts.artifact(caller, artifact_id)

    @endpoint("PATCH", ARTIFACT, Artifact, body=EditArtifact)
    async def edit_artifact(self, caller: Caller, artifact_id: str, body: EditArtifact) -> Artifact:
        """Save a new version of an artifact, or another name: what is sent changes; 409 when `rev` is stale."""
        return await self._artifacts.edit(caller, artifact_id, changes(body), body.rev, body.op_id)

    @endpoint("DELETE", ARTIFACT, Artifact, query=OperationId)
    async def delete_artifact(self, caller: Caller, artifact_id: str, query: OperationId) -> Artifact:
        """Move an artifact into the trash."""
        return await self._artifacts.delete(caller, artifact_id, query.op_id)

    @endpoint("POST", f"{ARTIFACT}/restore", Artifact, query=OperationId)
    async def restore_artifact(self, caller: Caller, artifact_id: str, query: OperationId) -> Artifact:
        """Take an artifact out of the trash."""
        return await self._artifacts.restore(caller, artifact_id, query.op_id)

    @endpoint("GET", f"{ARTIFACT}/versions", ArtifactVersions)
    async def list_artifact_versions(self, caller: Caller, artifact_id: str) -> ArtifactVersions:
        """Everything that an artifact ever said."""
        versions = await self._artifacts.versions(caller, artifact_id)
        return ArtifactVersions(artifact_id=artifact_id, versions=versions)

    @endpoint("POST", f"{ARTIFACT}/rollback", Artifact, body=RollBackArtifact)
    async def roll_back_artifact(self, caller: Caller, artifact_id: str, body: RollBackArtifact) -> Artifact:
        """What an artifact said in `version` becomes its newest one."""
        return await self._artifacts.roll_back(caller, artifact_id, body.version, body.op_id)

    @endpoint("POST", f"{ARTIFACT}/forget", Artifact, body=ForgetArtifact)
    async def forget_artifact(self, caller: Caller, artifact_id: str, body: ForgetArtifact) -> Artifact:
        """Destroy what an artifact and its copies said, everywhere but in its reply. Cannot be undone."""
        return await self._artifacts.forget(caller, artifact_id, body.op_id)
