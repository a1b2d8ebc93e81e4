"""The search index knows which short words follow each other, and in fewer characters where a message belongs; it is
filled anew while the server works."""

from alembic import op

revision = "0012"
down_revision = "0011"

# As in 0009, but for the characters of what is no word, which are not ASCII.
SEARCH_INDEX = """
    CREATE VIRTUAL TABLE message_search
    USING fts5(content, place, detail = none, prefix = '1 2 3 4 5', tokenize = "ascii tokenchars '#@%&+<=>$~'")
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE message_search")
        op.execute(SEARCH_INDEX)
    else:
        op.execute("TRUNCATE message_search")
        op.execute("ALTER TABLE message_search SET (toast_tuple_target = 8160)")  # what is looked through lies near
    op.execute("DELETE FROM jobs WHERE kind = 'reindex'")
    op.execute("""
        INSERT INTO jobs (kind, entity_id)
        SELECT 'reindex', 'message_search' WHERE EXISTS (SELECT 1 FROM messages)
    """)
