"""Files that people attach: uploaded before the message that they are given with, and shown or saved afterwards."""

from collections.abc import Iterator

from backend.async_bridge import AsyncBridge
from backend.protocol.attachments import UploadQuery
from backend.protocol.conversations import OperationId
from backend.routing import SentFile, endpoint
from src.application import Application
from src.entities import Attachment
from src.errors import NotFound
from src.operations import Caller
from src.services.attachments import MAX_BYTES

ATTACHMENT = "/api/v2/attachments/<attachment_id>"
KEPT_AS = ("application/octet-stream", "image/*")


class AttachmentRoutes:
    noun = "attachments"

    def __init__(self, application: Application, bridge: AsyncBridge) -> None:
        self._attachments = application.attachments
        self._bridge = bridge

    @endpoint("PUT", ATTACHMENT, Attachment, status=201, also=200, query=UploadQuery, uploads=MAX_BYTES)
    def upload_attachment(
        self, caller: Caller, attachment_id: str, query: UploadQuery, content: Iterator[bytes]
    ) -> tuple[Attachment, int]:
        """Keep a file, which is the body: 201, or 200 when it was kept before. What nobody can read is refused."""
        with self._attachments.receiving() as incoming:
            for piece in content:  # others have their turn between two
                self._bridge.run(self._attachments.receive(incoming, piece))
            saving = self._attachments.save(caller, attachment_id, query.name, incoming, query.op_id)
            attachment, is_new = self._bridge.run(saving)
        return attachment, 201 if is_new else 200

    @endpoint("GET", ATTACHMENT, Attachment)
    async def get_attachment(self, caller: Caller, attachment_id: str) -> Attachment:
        """What is known of a file."""
        return await self._attachments.get(caller, attachment_id)

    @endpoint("GET", f"{ATTACHMENT}/content", Attachment, downloads=KEPT_AS)
    async def get_content(self, caller: Caller, attachment_id: str) -> SentFile:
        """The file itself: a picture without the camera's notes, to be shown; anything else to be saved."""
        attachment, path = await self._attachments.file(caller, attachment_id)
        if attachment.is_image:
            return SentFile(path, attachment.media_type)
        return SentFile(path, "application/octet-stream", attachment.name)

    @endpoint("GET", f"{ATTACHMENT}/thumbnail", Attachment, downloads=KEPT_AS)
    async def get_thumbnail(self, caller: Caller, attachment_id: str) -> SentFile:
        """A picture, small."""
        attachment, path = await self._attachments.file(caller, attachment_id, "thumb")
        if not attachment.is_image:
            raise NotFound("This file is no picture.")
        return SentFile(path, "image/webp")

    @endpoint("DELETE", ATTACHMENT, Attachment, query=OperationId)
    async def discard_attachment(self, caller: Caller, attachment_id: str, query: OperationId) -> Attachment:
        """Forget a file that no message has; 409 when one has it."""
        return await self._attachments.discard(caller, attachment_id, query.op_id)
