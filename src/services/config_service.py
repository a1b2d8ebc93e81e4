"""Where scripts of older systems look for Locrits: see `backend.dialects.scripts`."""

from backend.dialects.scripts import ConfigService

__all__ = ["config_service"]

config_service = ConfigService()
