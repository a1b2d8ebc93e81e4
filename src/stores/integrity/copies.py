"""Checking what nobody may change: a backup, the database of another version, of a server that runs."""

import filecmp
import shutil
import tempfile
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, make_url, text

from src.entities import Check, Examination, IntegrityReport
from src.errors import StoreUnavailable
from src.stores import migrations
from src.stores.engines import lenient, open_readers
from src.stores.files import FileStore, beside
from src.stores.integrity import RESTORE, verify
from src.stores.integrity.reading import UNREADABLE, reason

JOURNALS = ("-wal", "-journal")
"""Beside a SQLite file, what it says too."""
WAL_HEADER_BYTES = 32
"""They change whenever the write-ahead log begins anew. https://www.sqlite.org/fileformat2.html#walformat"""
TRIES = 5

OLDER = "It is of an older version ({version}): a copy was brought up to date and checked. Nothing of it was changed."
_VERSION = text("SELECT version_num FROM alembic_version")


def examine(address: str | URL, files: Path | None = None) -> Examination:
    """Changes nothing at all. Not for the process of the server itself: a file that is read and closed takes the locks
    of its process along. `files` are beside it unless told. Raises StoreUnavailable when there is nothing that can be
    examined."""
    url = make_url(address)
    store = FileStore(files or beside(url))
    if url.get_backend_name() != "sqlite":
        return _examined_there(url, store)
    file = Path(str(url.database))
    if not file.is_file():
        raise StoreUnavailable(f"There is no database at {file}.", hint="Name its directory with LOCRIT_DATA_DIR.")
    with tempfile.TemporaryDirectory(prefix="locrit-verify-") as directory:
        copy = Path(directory) / file.name
        _copy(file, copy)
        engine = create_engine(URL.create("sqlite", database=str(copy)), poolclass=NullPool)
        return _examined_copy(engine, store)


def _examined_there(url: URL, files: FileStore) -> Examination:
    engine = open_readers(url).execution_options(postgresql_readonly=True)
    try:
        with engine.connect() as connection:
            version = _version(connection)
            if version != migrations.head():
                raise StoreUnavailable(
                    f"The database is of version {version}, this Locrit of {migrations.head()}.",
                    hint="Start the server once, or check it with the version of Locrit that made it.",
                )
            return Examination(verify(connection, files))
    except UNREADABLE as error:
        raise StoreUnavailable(f"The database cannot be read: {reason(error)}.") from error
    finally:
        engine.dispose()


def _examined_copy(engine: Engine, files: FileStore) -> Examination:
    try:
        with engine.connect() as connection, lenient(connection):
            version = _version(connection)
        if not migrations.is_known(version):
            return _unreadable(f"Its version is {version!r}: it was made by a newer version of Locrit, or is damaged.")
        remark = "" if version == migrations.head() else OLDER.format(version=version)
        if remark:
            migrations.upgrade(engine)
        with engine.connect() as connection:
            return Examination(verify(connection, files, is_ours_alone=True), remark)
    except UNREADABLE as error:
        return _unreadable(f"It is so damaged that nothing of it can be checked: {reason(error)}.")


def _unreadable(problem: str) -> Examination:
    told = [problem.encode(errors="replace").decode()]
    check = Check(name="database file", ok=False, checked=1, problems=told, hint=RESTORE)
    return Examination(IntegrityReport(ok=False, checks=[check]))


def _version(connection: Connection) -> str:
    return str(connection.execute(_VERSION).scalar_one())


def _copy(file: Path, copy: Path) -> None:
    """As it was at one moment, also beside a server that writes: a checkpoint that came between is noticed by the file,
    a log that began anew by its header. What was appended to the log meanwhile does not matter."""
    _check_room(file, copy.parent)
    try:
        for _ in range(TRIES):
            before = _wal_header(file)
            shutil.copyfile(file, copy)
            for journal in JOURNALS:
                _copy_if_there(_beside(file, journal), _beside(copy, journal))
            if before == _wal_header(file) and filecmp.cmp(file, copy, shallow=False):
                return
    except OSError as error:
        raise StoreUnavailable(
            f"The database cannot be copied, to be checked: {error.strerror} ({error.filename}).",
            hint="Make it readable, and the directory for temporary files (TMPDIR) writable.",
        ) from error
    raise StoreUnavailable(
        "The server writes so much that no moment's copy of its database can be made.",
        hint="Stop it first, or have it check itself: POST /api/v2/storage/verify.",
    )


def _check_room(file: Path, directory: Path) -> None:
    parts = [part for part in (file, *(_beside(file, journal) for journal in JOURNALS)) if part.exists()]
    needed = 2 * sum(part.stat().st_size for part in parts)  # a migration may write all of it once more
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise StoreUnavailable(
            f"A copy is checked, which takes {needed / 1e6:.0f} MB; {directory.parent} has {free / 1e6:.0f} MB left.",
            hint="Name a directory with more room: TMPDIR=… python web_app.py verify.",
        )


def _copy_if_there(file: Path, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    if file.exists():
        shutil.copyfile(file, copy)


def _wal_header(file: Path) -> bytes:
    wal = _beside(file, "-wal")
    if not wal.exists():
        return b""
    with wal.open("rb") as log:
        return log.read(WAL_HEADER_BYTES)


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)
