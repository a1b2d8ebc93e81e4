"""What a message consists of beside its text: reasoning, and what else there will be. What models thought aloud in the
text of older replies stays in it, as it was said."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    for table in ("messages", "message_versions"):
        op.add_column(table, sa.Column("parts", sa.Text()))
    op.add_column("generation_chunks", sa.Column("kind", sa.Text(), comment="of which part it is; NULL: of the text"))
    op.add_column(
        "generation_chunks",
        sa.Column("thought_ms", sa.BigInteger(), comment="how long the reasoning took that ends here"),
    )
