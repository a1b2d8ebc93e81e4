"""Settings: the only reader of the environment and of `.env`."""

import ipaddress
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Settings(BaseSettings):
    """How this server runs. Every field is `LOCRIT_<NAME>` in the environment and `--<name>` on the command line."""

    model_config = SettingsConfigDict(
        env_prefix="LOCRIT_", env_file=".env", extra="ignore", frozen=True, cli_kebab_case=True, populate_by_name=True
    )

    host: str = Field("127.0.0.1", description="address to listen on; only loopback while there are no accounts")
    trusted_hosts: str = Field("", description="other names of this server, comma-separated, that a proxy passes on")
    port: int = Field(5000, ge=0, le=65535, description="port to listen on; 0 picks a free one")
    data_dir: Path = Field(Path("data"), description="where the database, files and models are kept")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in the data directory")
    redis_url: str = Field("", description="Redis or Valkey as the Socket.IO message queue; empty: one process")
    auth: Literal["none"] = Field("none", description="who may use it: 'none' is one local person, on loopback only")
    llm: Literal["auto", "ollama", "embedded"] = Field("auto", description="where replies come from")
    ollama_host: str = Field(
        "http://127.0.0.1:11434", validation_alias="OLLAMA_HOST", description="address of Ollama (OLLAMA_HOST)"
    )
    default_model: str = Field("", description="model of Locrits without one; empty: the first installed that can chat")
    embedded_model: Path | None = Field(None, description="a .gguf file to use as the embedded model")
    model_load_timeout: float = Field(120.0, gt=0, description="seconds to wait for the first token of a reply")
    model_timeout: float = Field(30.0, gt=0, description="seconds of silence after which a running reply has failed")
    trash_days: float = Field(0, ge=0, description="days after which the trash is forgotten; 0 keeps it for ever")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="how much is logged")

    @field_validator("ollama_host")
    @classmethod
    def _with_scheme(cls, host: str) -> str:
        return host if "://" in host else f"http://{host}"

    @field_validator("trusted_hosts")
    @classmethod
    def _names_only(cls, hosts: str) -> str:
        if not re.fullmatch(r"[\w.,\s-]*", hosts):
            raise ValueError("must be host names, separated by commas, without port or scheme")
        return hosts

    @model_validator(mode="after")
    def _safe(self) -> "Settings":
        if not is_loopback(self.host):
            raise ValueError(
                f"LOCRIT_HOST={self.host} would let everyone on the network read every conversation. "
                "Use 127.0.0.1, and a reverse proxy with a login for other machines."
            )
        return self

    @property
    def host_names(self) -> frozenset[str]:
        """What the Host header may say, besides the names of this machine."""
        return frozenset({self.host, *(name.strip().lower() for name in self.trusted_hosts.split(",") if name.strip())})

    @property
    def sqlalchemy_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'locrit.db'}"
