"""A search index of tokens of our own, the same for both databases; it is filled anew while the server works."""

from alembic import op

revision = "0009"
down_revision = "0008"

# One row a message, with the same row_id. Which of its characters make a token, `src.words` has decided: FTS5 is to
# split at blanks alone. What stands how often and where in a text, the text itself says: without that, the index is a
# third as large, and the starts of words fit in.
SEARCH_INDEX = {
    "sqlite": """
        CREATE VIRTUAL TABLE message_search
        USING fts5(content, place, detail = none, prefix = '1 2 3 4 5', tokenize = "ascii tokenchars '_#@%&+<=>$~'")
    """,
    "postgresql": """
        CREATE TABLE message_search (row_id BIGINT PRIMARY KEY REFERENCES messages (row_id), content TSVECTOR NOT NULL);
        CREATE INDEX ix_message_search_content ON message_search USING gin (content) WITH (fastupdate = off)
    """,
}


def upgrade() -> None:
    op.execute("DROP TABLE message_search")
    op.execute(SEARCH_INDEX[op.get_bind().dialect.name])
    op.execute("""
        INSERT INTO jobs (kind, entity_id)
        SELECT 'reindex', 'message_search' WHERE EXISTS (SELECT 1 FROM messages)
    """)
