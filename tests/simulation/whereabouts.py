"""Where photos have been, so that what rules say of them can be told from what they should not have said."""

from dataclasses import dataclass, field

from custom_components.immich_syncthing.engine.sorting.model import SortingRules
from custom_components.immich_syncthing.engine.sorting.parsing import parse_rules

from .immich import SimulatedImmich

TAG = "sorted"


@dataclass(slots=True)
class Whereabouts:
    """The tags that rules may have given to each content, by any pattern that was ever set for its folder."""

    patterns: dict[str, set[str]] = field(default_factory=dict)
    places: dict[bytes, set[tuple[str, str]]] = field(default_factory=dict)
    _now: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def rules(self, pattern: str, folder_id: str) -> SortingRules:
        """Return rules for the photos that a pattern means, none for no pattern."""
        if not pattern:
            return SortingRules()
        self.patterns.setdefault(folder_id, set()).add(pattern)
        stored = {"id": pattern, "path": pattern, "tags": [f"{TAG}/{{parent}}"], "description": "by {folder}"}
        return parse_rules([stored], folder_id)

    def came(self, folder_id: str, path: str, data: bytes) -> None:
        """A file was put into a folder. What it replaces may hand its tags on, for that is an edit."""
        known = self.places.setdefault(data, set())
        known.add((folder_id, path))
        known |= self.places.get(self._now.get((folder_id, path), b""), set())
        self._now[folder_id, path] = data

    def wrong(self, immich: SimulatedImmich) -> str | None:
        """Return what a photo has by rules that were never for it, ``None`` if there is nothing of that kind."""
        for asset in immich.assets.values():
            meant = self._meant(asset.data)
            strange = {tag for tag in asset.tags if tag.startswith(TAG)} - meant
            if strange or (asset.description.startswith("by ") and not meant):
                return f"{asset.file_name} has {sorted(strange)} {asset.description!r}"
        return None

    def _meant(self, data: bytes) -> set[str]:
        meant: set[str] = set()
        for folder_id, path in self.places.get(data, ()):
            for pattern in self.patterns.get(folder_id, ()):
                meant.update(self.rules(pattern, folder_id).effects(path, None).tags)
        return meant
