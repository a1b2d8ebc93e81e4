"""Where scripts of older systems look for the memory: see `backend.dialects.scripts`. New ones use `memory_manager`."""

from backend.dialects.scripts import MemoryManagerService

__all__ = ["MemoryManagerService", "memory_manager"]

memory_manager = MemoryManagerService()
