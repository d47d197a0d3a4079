"""How Syncthing is set up for our folders: what it does not pass on, what it does not keep, a version nobody tried."""

import re
from collections.abc import Iterable, Iterator

from ..engine.gate import one_way
from ..engine.model import Preset
from ..engine.settings import AccountSettings, FolderSettings
from ..markdown import as_text
from ..syncthing.models import FolderConfig, SystemVersion
from ..syncthing_facts import SyncthingFacts
from .board import Issue

TOPIC = "syncthing"

OLDEST = (1, 19)
"""The oldest Syncthing whose behaviour was measured, as major and minor number."""

NEWEST_MAJOR = 2

PATIENCE_SECONDS = 120.0
"""Somebody may be in the middle of setting a folder up."""


def syncthing_issues(
    facts: SyncthingFacts, folders: Iterable[FolderSettings], account: AccountSettings
) -> Iterator[Issue]:
    """Yield what is to be said of these facts."""
    if not _is_supported(facts.version):
        told = {
            "version": as_text(facts.version.version.removeprefix("v")),
            "oldest": ".".join(map(str, OLDEST)),
            "newest": str(NEWEST_MAJOR),
        }
        yield Issue(key="syncthing_unsupported", placeholders=told)
    for folder in folders:
        config = facts.folders.get(folder.syncthing_id)
        if config is None:
            yield _about(folder, "syncthing_unknown_folder")
            continue
        yield from _of_folder(folder, config, account)


def _of_folder(folder: FolderSettings, config: FolderConfig, account: AccountSettings) -> Iterator[Issue]:
    frees = folder.rules.frees
    hindrance = one_way(config, folder.policy, frees=frees)
    if hindrance is not None and (frees or folder.preset is not Preset.BACKUP):
        yield _about(folder, hindrance.code)
    if not config.versioning_type and not account.vault_phone_deletions and folder.preset is not Preset.BACKUP:
        yield _about(folder, "no_versioning")


def _about(folder: FolderSettings, key: str) -> Issue:
    return Issue(
        key=key, folder_id=folder.id, placeholders={"folder": as_text(folder.label)}, patience=PATIENCE_SECONDS
    )


def _is_supported(version: SystemVersion) -> bool:
    """Return whether it was tried; what cannot be read, of a build of somebody's own, counts as tried."""
    found = re.match(r"v?(\d+)\.(\d+)", version.version)
    if found is None:
        return True
    major, minor = int(found[1]), int(found[2])
    return (major, minor) >= OLDEST and major <= NEWEST_MAJOR
