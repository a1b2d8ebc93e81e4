"""Files on the wire."""

from backend.protocol.fields import FileName, Id, RequestModel


class UploadQuery(RequestModel):
    """What the file is called. The body is its content."""

    name: FileName
    op_id: Id | None = None
