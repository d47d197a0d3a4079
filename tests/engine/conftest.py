"""Fixtures of the engine's tests."""

from tests.mounts import mounted, read_only, small_disk

__all__ = ["mounted", "read_only", "small_disk"]
