"""What may be recalled, as vectors: of each row of the index, by the model in use and by the one that is to be next.

They go with the row of the index, and with its model. A vector knows the end of what was said before, so a row of which
that changes gets a new id, as if it had come anew. `crc` is of the vectors and of all that they are of.
"""

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from src.entities.conversations import VISITOR
from src.models import conversations, messages, recall_index, recall_vectors, users, vector_spaces
from src.recall import meaning, units
from src.recall.meaning import Space, Wanted
from src.stores.compiled_statement import CompiledStatement, insert_into
from src.stores.unit_of_work import UnitOfWork

LOOKED_AT_AGAIN = 100
"""As in `recall_index`."""
DROPPED_AT_ONCE = 200

_before_message, _before_index = messages.alias("before_message"), recall_index.alias("before_index")
_BEFORE = (
    select(_before_index.c.id)
    .join(_before_message, _before_message.c.row_id == _before_index.c.row_id)
    .where(
        _before_message.c.conversation_id == messages.c.conversation_id,
        _before_message.c.seq < messages.c.seq,
    )
    .order_by(_before_message.c.seq.desc())
    .limit(1)
    .correlate(messages)
    .scalar_subquery()
)
_of_everybody = and_(messages.c.deleted_at.is_(None), conversations.c.user_id.not_like(f"{VISITOR}%"))
_INDEXED = (
    select(recall_index.c.id, recall_index.c.units, messages.c.content, _BEFORE.label("before"))
    .join(messages, messages.c.row_id == recall_index.c.row_id)
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .where(_of_everybody)
)
_WAITING = (
    _INDEXED.where(
        recall_index.c.id > bindparam("after"),
        ~exists().where(
            recall_vectors.c.index_id == recall_index.c.id, recall_vectors.c.space_id == bindparam("space")
        ),
    )
    .order_by(recall_index.c.id)
    .limit(bindparam("count"))
)
_AS_READ = _INDEXED.with_only_columns(recall_index.c.id, _BEFORE.label("before")).where(
    recall_index.c.id.in_(bindparam("ids", expanding=True))
)
_HOLD = (
    select(recall_index.c.id)
    .where(recall_index.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(recall_index.c.id)
    .with_for_update(read=True)
)
_SAID = (
    select(recall_index.c.id, messages.c.content)
    .join(messages, messages.c.row_id == recall_index.c.row_id)
    .where(recall_index.c.id.in_(bindparam("ids", expanding=True)))
)
_ALL = (
    select(func.count())
    .select_from(recall_index)
    .join(messages, messages.c.row_id == recall_index.c.row_id)
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .where(_of_everybody)
)
_DONE = select(func.count()).select_from(recall_vectors).where(recall_vectors.c.space_id == bindparam("space"))
_IN_USE = CompiledStatement(
    select(
        vector_spaces.c.id,
        vector_spaces.c.model,
        vector_spaces.c.digest,
        vector_spaces.c.dimension,
        vector_spaces.c.chance,
    ).where(vector_spaces.c.in_use)
)
_OF_LOCRIT = CompiledStatement(
    select(recall_vectors.c.id, recall_vectors.c.index_id, recall_vectors.c.vectors, recall_index.c.row_id)
    .join(recall_index, recall_index.c.id == recall_vectors.c.index_id)
    .join(messages, messages.c.row_id == recall_index.c.row_id)
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .where(
        recall_vectors.c.space_id == bindparam("space"),
        recall_vectors.c.id > bindparam("after"),
        messages.c.locrit_id == bindparam("locrit"),
        conversations.c.owner_id == bindparam("owner"),
    )
    .order_by(recall_vectors.c.id)
)
_next_message, _next_index = messages.alias("next_message"), recall_index.alias("next_index")
_AFTER = CompiledStatement(
    select(_next_index.c.id, _next_index.c.row_id, _next_index.c.units)
    .join(_next_message, _next_message.c.row_id == _next_index.c.row_id)
    .join(
        messages,
        and_(messages.c.conversation_id == _next_message.c.conversation_id, messages.c.seq < _next_message.c.seq),
    )
    .where(messages.c.row_id == bindparam("row_id"))
    .order_by(_next_message.c.seq)
    .limit(1)
)
_KEPT = (
    select(
        recall_vectors.c.id,
        recall_vectors.c.index_id,
        recall_vectors.c.vectors,
        recall_vectors.c.crc,
        vector_spaces.c.model,
        vector_spaces.c.digest,
        vector_spaces.c.dimension,
        vector_spaces.c.chance,
    )
    .join_from(recall_vectors, vector_spaces, vector_spaces.c.id == recall_vectors.c.space_id, isouter=True)
    .execution_options(yield_per=1000)
)
_OF_INDEX = select(recall_index).join(recall_vectors, recall_vectors.c.index_id == recall_index.c.id)
_HAS_VECTORS = CompiledStatement(
    select(recall_vectors.c.id).where(recall_vectors.c.index_id == bindparam("index")).limit(1)
)
_HAS_ANY = CompiledStatement(select(vector_spaces.c.id).limit(1))
_REMOVE = CompiledStatement(delete(recall_index).where(recall_index.c.id == bindparam("id")))
_ADD = insert_into(recall_index, "row_id", "units")
_THIS = vector_spaces.c.id == bindparam("space")
_DROP = delete(recall_vectors).where(
    recall_vectors.c.id.in_(
        select(recall_vectors.c.id).where(recall_vectors.c.space_id == bindparam("space")).limit(DROPPED_AT_ONCE)
    )
)


def spaces(connection: Connection) -> list[Space]:
    rows = connection.execute(select(vector_spaces).order_by(vector_spaces.c.id))
    return [Space(row.id, row.model, row.digest, row.dimension, row.chance, bool(row.in_use)) for row in rows]


def in_use(connection: Connection) -> Any | None:
    """By which questions are looked for."""
    return _IN_USE.first(connection, {})


def add_space(tx: UnitOfWork, model: str, digest: str, dimension: int, chance: float) -> None:
    """Unless it is there."""
    insert_ = postgresql_insert if tx.connection.dialect.name == "postgresql" else sqlite_insert
    row = {"model": model, "digest": digest, "dimension": dimension, "chance": chance}
    tx.write_now(insert_(vector_spaces).values(row).on_conflict_do_nothing())


def use(tx: UnitOfWork, space_id: int | None) -> None:
    """That one, and no other."""
    others = update(vector_spaces).where(vector_spaces.c.in_use, vector_spaces.c.id != (space_id or 0))
    tx.write_now(others.values(in_use=False))
    if space_id is not None:
        tx.write_now(update(vector_spaces).where(_THIS).values(in_use=True), {"space": space_id})


def drop_some(tx: UnitOfWork, space_id: int) -> bool:
    """Removes some vectors of a model; the model with the last of them. Returns whether some are left."""
    if tx.write_now(_DROP, {"space": space_id}).rowcount:
        return True
    tx.write_now(delete(vector_spaces).where(_THIS), {"space": space_id})
    return False


def waiting(connection: Connection, space_id: int, after: int, count: int) -> list[Wanted]:
    """Rows of the index without vectors, and higher than one of them, in their order."""
    rows = connection.execute(_WAITING, {"space": space_id, "after": after, "count": count}).all()
    ids = [row.before for row in rows if row.before is not None]
    said = {row.id: row.content for row in connection.execute(_SAID, {"ids": ids})} if ids else {}
    return [
        Wanted(
            row.id,
            row.before,
            meaning.texts(row.content, [unit.span for unit in units.from_json(row.units)], said.get(row.before, "")),
        )
        for row in rows
    ]


def store(tx: UnitOfWork, space_id: int, embedded: Sequence[tuple[Wanted, bytes]]) -> int:
    """Those of rows that are still there, after what stood before them; returns how many."""
    held = {id_ for wanted, _ in embedded for id_ in (wanted.index_id, wanted.before) if id_ is not None}
    tx.query(_HOLD, {"ids": sorted(held)})
    as_read = {(row.id, row.before) for row in tx.query(_AS_READ, {"ids": sorted(held)})}
    space = tx.query(select(vector_spaces).where(_THIS), {"space": space_id}).first()
    rows = [
        {"space_id": space_id, "index_id": id_, "vectors": packed, "crc": _crc(space, id_, packed)}
        for (id_, before, _), packed in embedded
        if (id_, before) in as_read
    ]
    if rows and space is not None:
        insert_ = postgresql_insert if tx.connection.dialect.name == "postgresql" else sqlite_insert
        tx.write_now(insert_(recall_vectors).values(rows).on_conflict_do_nothing())
    return len(rows)


def progress(connection: Connection, space_id: int) -> tuple[int, int]:
    """How many rows of the index have vectors, of how many."""
    done = connection.execute(_DONE, {"space": space_id}).scalar_one()
    return done, max(done, connection.execute(_ALL).scalar_one())


def of_locrit(connection: Connection, space_id: int, owner_id: str, locrit_id: str, after: int) -> list[Any]:
    """What came since a row of them, with some of what came before: `id`, `index_id`, `row_id`, `vectors`."""
    since = max(0, after - LOOKED_AT_AGAIN)
    return _OF_LOCRIT.all(connection, {"space": space_id, "after": since, "owner": owner_id, "locrit": locrit_id})


def forget_after(tx: UnitOfWork, row_ids: Sequence[int]) -> None:
    """What of these messages is in the vectors of those that follow them; their own go with the rows of the index."""
    if not _HAS_ANY.first(tx.connection, {}):
        return
    for row_id in row_ids:
        after = _AFTER.first(tx.connection, {"row_id": row_id})
        if after is not None and _HAS_VECTORS.first(tx.connection, {"index": after.id}):
            _come_anew(tx, after)


def damaged(connection: Connection) -> Iterator[tuple[int, bool]]:
    """Each row's id, and whether it is not what was stored, of this row of the index and by this model."""
    with connection.execute(_KEPT) as rows:
        for row in rows:
            yield row.id, not isinstance(row.vectors, bytes) or row.crc != _crc(row, row.index_id, row.vectors)


def embed_anew(tx: UnitOfWork, id_: int) -> None:
    """As if what that row is of had just come into the index."""
    of = tx.query(_OF_INDEX.where(recall_vectors.c.id == id_)).first()
    tx.write_now(delete(recall_vectors).where(recall_vectors.c.id == id_))
    if of is not None:
        _come_anew(tx, of)


def _come_anew(tx: UnitOfWork, row: Any) -> None:
    """A row of the index gets a new id: it has no vectors."""
    tx.write_now(_REMOVE, {"id": row.id})
    tx.write_now(_ADD, {"row_id": row.row_id, "units": row.units})


def _crc(space: Any, index_id: int, packed: bytes) -> int:
    of = "" if space is None else f"{space.model} {space.digest} {space.dimension} {space.chance} {index_id}"
    return zlib.crc32(packed, zlib.crc32(of.encode(errors="replace")))


def everybody(connection: Connection) -> list[str]:
    """Whose words are embedded."""
    return list(connection.execute(select(users.c.id)).scalars())
