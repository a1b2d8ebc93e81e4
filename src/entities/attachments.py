"""Files that people give to a conversation."""

from typing import Literal

from src.entities.base import Change, Entity, Scrubbed, Timestamp, absent


class Attachment(Entity):
    """A file as it was uploaded: its content never changes. `media_type` is what it is, whatever it is called, `size`
    its bytes, `text_chars` how long the text is that a model is given of it. `width`, `height` are pixels, as it is
    shown. Of one that was never given to a message, and is gone (`sha256` is empty), the place is left, and it can be
    uploaded again; of a forgotten one that, too, is over."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    width: int | None = absent()
    height: int | None = absent()
    pages: int | None = absent()
    text_chars: int | None = absent()
    rev: int
    created_at: Timestamp
    updated_at: Timestamp
    forgotten_at: Timestamp | None = None

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")


class AttachmentChange(Change):
    """In the scope of its owner: it is there before the message, and maybe the conversation, that it is given to."""

    table = "attachments"
    untold = frozenset({"owner_id"})

    type: Literal["attachment.created", "attachment.updated", "attachment.forgotten"]
    payload: Attachment | Scrubbed
