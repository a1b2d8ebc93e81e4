"""Which processes live, of those that share a database: what a dead one left running is nobody's."""

import hashlib
import logging
import threading
from typing import Protocol

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from src.ids import new_id
from src.stores.engines import NOTICED_DEAD_AFTER_S, connection_timeouts

LOOK_EVERY_S = 0.5

_LOCK = text("SELECT pg_advisory_lock(:key)")
_IS_HELD = text("""
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND datname = current_database()
    AND classid::bigint << 32 | objid::bigint = :key
""")
_IS_FREE = text("SELECT pg_try_advisory_xact_lock(:key)")

log = logging.getLogger(__name__)


class ProcessRegistry(Protocol):
    """`process_id` names this process in what it has running; `is_shared` says whether there may be others."""

    process_id: str
    is_shared: bool

    def is_alive(self, connection: Connection, process_id: str) -> bool: ...

    def close(self) -> None: ...


class SoleProcess:
    """SQLite, whose file lock lets one process in: all others are dead."""

    is_shared = False

    def __init__(self) -> None:
        self.process_id = new_id()

    def is_alive(self, _connection: Connection, process_id: str) -> bool:
        return process_id == self.process_id

    def close(self) -> None:
        pass


class PostgresProcessRegistry:
    """PostgreSQL: each process holds an advisory lock by a connection of its own, which the server frees with it."""

    is_shared = True

    def __init__(self, url: URL) -> None:
        self.process_id = new_id()
        self._engine = _engine(url)
        self._closing = threading.Event()
        connection = self._locked()
        self._thread = threading.Thread(target=self._stay, args=(connection,), name="process-registry", daemon=True)
        self._thread.start()

    def is_alive(self, connection: Connection, process_id: str) -> bool:
        if process_id == self.process_id:
            return True
        return not connection.execute(_IS_FREE, {"key": _key(process_id)}).scalar_one()

    def close(self) -> None:
        self._closing.set()
        self._thread.join()

    def _locked(self) -> Connection:
        connection = self._engine.connect()
        connection.execute(_LOCK, {"key": _key(self.process_id)})
        return connection

    def _stay(self, connection: Connection) -> None:
        is_known = True
        while not self._closing.wait(LOOK_EVERY_S):
            try:
                connection = self._held(connection)
                is_known = True
            except DBAPIError as error:
                if is_known:
                    log.warning("This process is not known to the others until the database answers: %s", error.orig)
                is_known = False
                connection.invalidate()
        connection.close()
        self._engine.dispose()

    def _held(self, connection: Connection) -> Connection:
        if connection.invalidated:
            return self._locked()
        if not connection.scalar(_IS_HELD, {"key": _key(self.process_id)}):
            log.error(
                "The lock that tells other processes that this one lives was given away. A connection pooler does so: "
                "let LOCRIT_DATABASE_URL lead to PostgreSQL itself, or to sessions that are kept."
            )
            connection.execute(_LOCK, {"key": _key(self.process_id)})
        return connection


def open_process_registry(url: URL) -> ProcessRegistry:
    return SoleProcess() if url.get_backend_name() == "sqlite" else PostgresProcessRegistry(url)


def _engine(url: URL) -> Engine:
    """Both ends notice when the other one's machine or the network is gone: it counts as alive until then."""
    keepalive = {"idle": NOTICED_DEAD_AFTER_S // 2, "interval": NOTICED_DEAD_AFTER_S // 4, "count": 2}
    options = " ".join(f"-c tcp_keepalives_{name}={value}" for name, value in keepalive.items())
    arguments = {**connection_timeouts(url), "options": options}
    return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=arguments)


def _key(process_id: str) -> int:
    """What PostgreSQL takes as the name of a lock: 64 bits."""
    return int.from_bytes(hashlib.sha256(process_id.encode()).digest()[:8], signed=True)
