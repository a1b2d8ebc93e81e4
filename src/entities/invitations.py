"""Who is invited to a Locrit."""

from src.entities.base import Entity, Timestamp, absent


class Invitation(Entity):
    """Whoever has the link with `token` talks with the Locrit. The token is told once, to who made it; `label` says for
    whom it was made."""

    id: str
    locrit_id: str
    label: str = ""
    created_at: Timestamp
    revoked_at: Timestamp | None = None
    token: str | None = absent()
