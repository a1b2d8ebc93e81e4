"""Settings: the only reader of the environment and of `.env`."""

import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, CliImplicitFlag, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from src.addresses import OllamaHost, is_loopback

DATABASES = ("postgresql+psycopg", "sqlite", "sqlite+pysqlite")
QUEUES = ("redis", "rediss", "valkey", "valkeys", "unix", "redis+sentinel", "valkey+sentinel")
MAX_DAYS, MAX_SECONDS = 100_000, 1_000_000
UNKNOWN_OPTION = "has something after the ? that is no option with a value it can have"
SPECIAL_CHARACTERS = "in a password, write @ as %40, / as %2F, ? as %3F, # as %23"


_DATABASE = re.compile(r"/?\d*")
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://([\w.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?", re.ASCII | re.IGNORECASE)


class Settings(BaseSettings):
    """How this server runs. Every field is `LOCRIT_<NAME>` in the environment and `--<name>` on the command line."""

    model_config = SettingsConfigDict(
        env_prefix="LOCRIT_", env_file=".env", extra="ignore", frozen=True, cli_kebab_case=True, populate_by_name=True
    )

    host: str = Field("127.0.0.1", description="address to listen on; only loopback while there are no accounts")
    trusted_hosts: str = Field("", description="other names of this server, comma-separated, that a proxy passes on")
    cors_origins: str = Field(
        "",
        description="origins of pages of other programs that may use it, comma-separated, e.g. http://localhost:5173",
    )
    metrics_hosts: str = Field(
        "",
        description="names under which /metrics may be read, comma-separated; those of this machine need not be named",
    )
    base_path: str = Field("", description="path below which a proxy shows it, e.g. /locrit")
    public_hosts: str = Field(
        "", description="names, comma-separated, by which the public comes: they show public pages and nothing else"
    )
    public_per_minute: int = Field(
        6, ge=1, le=MAX_DAYS, description="messages a minute that a visitor of public pages may send"
    )
    public_per_day: int = Field(
        300, ge=0, le=MAX_DAYS, description="messages a day that all visitors together may send to one Locrit"
    )
    port: int = Field(5000, ge=0, le=65535, description="port to listen on; 0 picks a free one")
    data_dir: Path = Field(Path("data"), description="where the database, files and models are kept")
    database_url: SecretStr = Field(SecretStr(""), description="SQLAlchemy URL; empty: SQLite in the data directory")
    accept_loss: CliImplicitFlag[bool] = Field(
        False, description="start once with a database that holds less than it did; nothing is deleted"
    )
    redis_url: SecretStr = Field(
        SecretStr(""), description="Redis or Valkey as the Socket.IO message queue; empty: one process"
    )
    auth: Literal["none"] = Field("none", description="who may use it: 'none' is one local person, on loopback only")
    llm: Literal["auto", "ollama", "embedded"] = Field("auto", description="where replies come from")
    ollama_host: SecretStr = Field(
        SecretStr(""),
        validation_alias="OLLAMA_HOST",
        description="address of Ollama (OLLAMA_HOST); empty: http://127.0.0.1:11434",
    )
    ollama_hosts: SecretStr = Field(
        SecretStr(""),
        description="addresses of other Ollamas that Locrits may be set to, comma-separated, with user:password@ where "
        "they want one; those on this machine need not be named",
    )
    default_model: str = Field("", description="model of Locrits without one; empty: the first installed that can chat")
    embedded_model: Path | None = Field(None, description="a .gguf file to use as the embedded model")
    model_load_timeout: float = Field(
        120.0, gt=0, le=MAX_SECONDS, description="seconds to wait for the first token of a reply"
    )
    model_timeout: float = Field(
        30.0, gt=0, le=MAX_SECONDS, description="seconds of silence after which a running reply has failed"
    )
    tool_timeout: float = Field(
        30.0, gt=0, le=MAX_SECONDS, description="seconds after which a tool that a model called has failed"
    )
    ping: float = Field(
        20.0,
        gt=0,
        le=MAX_SECONDS,
        description="seconds between the pings that keep each connection open, and that their answers may take",
    )
    trash_days: float = Field(
        0, ge=0, le=MAX_DAYS, description="days after which the trash is forgotten; 0 keeps it for ever"
    )
    sync: Literal["on", "off"] = Field(
        "on", description="'off': browsers keep what is written, and bring it here once it is 'on' again"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="how much is logged")

    @field_validator("ollama_host")
    @classmethod
    def _ollama_address(cls, host: SecretStr) -> SecretStr:
        OllamaHost.parse(host.get_secret_value())
        return host

    @field_validator("ollama_hosts")
    @classmethod
    def _ollama_addresses(cls, hosts: SecretStr) -> SecretStr:
        for host in _listed(hosts.get_secret_value()):
            OllamaHost.parse(host)
        return hosts

    @field_validator("database_url")
    @classmethod
    def _database_address(cls, secret: SecretStr) -> SecretStr:
        url: URL | None = None
        try:
            url = make_url(secret.get_secret_value() or "sqlite:///locrit.db")
            is_file = url.database and not url.database.startswith((":memory:", "file:"))
            right = url.drivername in DATABASES and "@" not in (url.host or "") and (url.host or is_file)
        except (ArgumentError, ValueError):
            right = False
        if not url or not right:
            raise ValueError(f"must be postgresql+psycopg://user:password@host/name; {SPECIAL_CHARACTERS}")
        if not _database_knows(url.drivername, dict(url.query)):
            raise ValueError(f"{UNKNOWN_OPTION}; {SPECIAL_CHARACTERS}")
        return secret

    @field_validator("redis_url")
    @classmethod
    def _queue_address(cls, secret: SecretStr) -> SecretStr:
        url = secret.get_secret_value()
        parts: SplitResult | None = None
        try:
            parts = urlsplit(url)
            right = parts.scheme in QUEUES and "@" not in parts.path + parts.fragment and parts.port != 0
            right = right and ("+" in parts.scheme or parts.scheme == "unix" or bool(_DATABASE.fullmatch(parts.path)))
        except ValueError:
            right = False
        if url and not right:
            raise ValueError(f"must be redis://:password@host:port/0; {SPECIAL_CHARACTERS}")
        if parts and parts.query and not _queue_knows(url):
            raise ValueError(f"{UNKNOWN_OPTION}; {SPECIAL_CHARACTERS}")
        return secret

    @field_validator("data_dir")
    @classmethod
    def _of_the_person(cls, directory: Path) -> Path:
        if "\0" in str(directory):
            raise ValueError("must be the path of a directory")
        return directory.expanduser()

    @field_validator("trusted_hosts", "metrics_hosts", "public_hosts")
    @classmethod
    def _names_only(cls, hosts: str) -> str:
        if not re.fullmatch(r"[\w.,\s-]*", hosts):
            raise ValueError("must be host names, separated by commas, without port or scheme")
        return hosts

    @field_validator("cors_origins")
    @classmethod
    def _origins_only(cls, origins: str) -> str:
        for origin in _listed(origins):
            if not _ORIGIN.fullmatch(origin.strip()):
                raise ValueError("must be origins as in http://localhost:5173, separated by commas, without a path")
        return origins

    @field_validator("base_path")
    @classmethod
    def _a_path(cls, path: str) -> str:
        path = path.rstrip("/")
        if not re.fullmatch(r"(/[\w.~-]+)*", path, re.ASCII) or {".", ".."} & set(path.split("/")):
            raise ValueError("must be a path such as /locrit, of letters, digits and . _ ~ -")
        return path

    @model_validator(mode="after")
    def _safe(self) -> "Settings":
        if not is_loopback(self.host):
            raise ValueError(
                f"LOCRIT_HOST={self.host} would let everyone on the network read every conversation. "
                "Use 127.0.0.1, and a reverse proxy with a login for other machines."
            )
        return self

    @property
    def ollama(self) -> OllamaHost:
        return OllamaHost.parse(self.ollama_host.get_secret_value())

    @property
    def other_ollamas(self) -> list[OllamaHost]:
        return [OllamaHost.parse(host) for host in _listed(self.ollama_hosts.get_secret_value())]

    @property
    def host_names(self) -> frozenset[str]:
        """What the Host header may say, besides the names of this machine."""
        return frozenset({self.host, *_names(self.trusted_hosts)}) | self.public_names

    @property
    def metrics_names(self) -> frozenset[str]:
        """Under which a proxy may pass on who reads the metrics."""
        return _names(self.metrics_hosts)

    @property
    def public_names(self) -> frozenset[str]:
        """By which visitors come, and nobody else."""
        return _names(self.public_hosts)

    @property
    def origins(self) -> frozenset[str]:
        """Of pages of other programs that may read and write here."""
        return frozenset(origin.strip().lower() for origin in _listed(self.cors_origins))

    @property
    def files_dir(self) -> Path:
        """Where what people attach is kept."""
        return self.data_dir.absolute() / "files"

    @property
    def sqlalchemy_url(self) -> URL:
        if address := self.database_url.get_secret_value():
            return make_url(address)
        return URL.create("sqlite", database=str(self.data_dir.absolute() / "locrit.db"))


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in _listed(text))


def _listed(text: str) -> list[str]:
    return [item for item in text.split(",") if item.strip()]


def _database_knows(driver: str, options: dict[str, Any]) -> bool:
    """SQLite is opened as it must be: there is nothing to choose."""
    if not options or driver.startswith("sqlite"):
        return not options
    from psycopg import Error, conninfo

    try:
        conninfo.make_conninfo(**options)
    except (Error, TypeError):
        return False
    return True


def _queue_knows(url: str) -> bool:
    """Of a sentinel's URL nobody reads the options."""
    from redis import ConnectionPool, RedisError

    try:
        ConnectionPool.from_url(url.replace("valkey", "redis", 1)).make_connection()
    except (RedisError, TypeError, ValueError):
        return False
    return True
