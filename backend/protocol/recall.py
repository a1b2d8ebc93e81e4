"""What was recalled, and what people want of it, on the wire."""

from typing import Annotated

from pydantic import Field

from backend.protocol.conversations import OperationId
from backend.protocol.fields import MAX_BESIDE, Id, Moment, RequestModel, ResponseModel, Revision
from src.entities import RecalledMemory
from src.entities.recall import Mark, Recalled


class RecalledList(ResponseModel):
    """The best first; what was thrown away since is not there any more. Of `memories` those on top come first."""

    recalled: list[Recalled]
    memories: list[RecalledMemory] = Field(default_factory=list)


class MarkRecalled(OperationId):
    """`none` takes back what was said before."""

    mark: Mark


class SyncedRecallMark(RequestModel):
    """What was said of a message, as a client has it."""

    id: Id
    locrit_id: Id
    mark: Mark
    rev: Revision
    created_at: Moment
    updated_at: Moment


class SyncRecallMarks(RequestModel):
    """What a client has of marks: of messages that are here, the newer revision counts."""

    recall_marks: Annotated[list[SyncedRecallMark], Field(max_length=MAX_BESIDE)]
