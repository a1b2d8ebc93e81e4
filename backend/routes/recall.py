"""What replies were reminded of, and what people want of that."""

from backend.protocol.fields import Done
from backend.protocol.recall import MarkRecalled, RecalledList, SyncRecallMarks
from backend.routes.messages import MESSAGE, message_in
from backend.routing import endpoint
from src.application import Application
from src.entities.recall import RecallMark
from src.operations import Caller


class RecallRoutes:
    noun = "recall"

    def __init__(self, application: Application) -> None:
        self._memory = application.memory
        self._recall = application.recall

    @endpoint("GET", f"{MESSAGE}/recalled", RecalledList)
    async def list_recalled(self, caller: Caller, conversation_id: str, message_id: str) -> RecalledList:
        """What the model that wrote this reply was reminded of, from other conversations or long ago in this one."""
        await message_in(self._memory, caller, conversation_id, message_id)
        memories = await self._memory.recalled_memories(caller, message_id)
        return RecalledList(recalled=await self._recall.of_reply(caller, message_id), memories=memories)

    @endpoint("PUT", "/api/v2/recall-marks/<message_id>", RecallMark, body=MarkRecalled)
    async def mark_recalled(self, caller: Caller, message_id: str, body: MarkRecalled) -> RecallMark:
        """Say that a message comes first when its Locrit is reminded, counts for less, or never comes; `none` takes it
        back."""
        return await self._recall.mark(caller, message_id, body.mark, body.op_id)

    @endpoint("POST", "/api/v2/sync/recall-marks", Done, body=SyncRecallMarks)
    async def sync_recall_marks(self, caller: Caller, body: SyncRecallMarks) -> Done:
        """Merge what a client has said of messages with what is stored."""
        await self._recall.merge_marks(caller, [RecallMark(**dict(one)) for one in body.recall_marks])
        return Done()
