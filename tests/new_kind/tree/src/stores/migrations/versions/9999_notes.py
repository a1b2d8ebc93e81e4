"""Notes."""

from alembic import op
from src.stores.notes import notes

revision = "9999"
down_revision = "HEAD"


def upgrade() -> None:
    notes.create(op.get_bind())
