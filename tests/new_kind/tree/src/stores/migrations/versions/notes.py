"""Notes."""

from alembic import op
from src.stores.notes import notes

revision = "notes"
down_revision = "HEAD"


def upgrade() -> None:
    notes.create(op.get_bind())
