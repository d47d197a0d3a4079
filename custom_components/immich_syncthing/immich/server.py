"""What Immich tells about itself, the key and its user."""

from . import parse
from .models import (
    ApiKeyInfo,
    MediaTypes,
    Queue,
    ServerAbout,
    ServerConfig,
    ServerFeatures,
    ServerStatistics,
    ServerStorage,
    ServerVersion,
    User,
    VersionCheck,
    VersionHistoryEntry,
)
from .transport import Transport


async def ping(transport: Transport) -> None:
    """Raise unless Immich answers; public, also in maintenance mode."""
    parse.ping(await transport.get("/server/ping", with_key=False))


async def version(transport: Transport) -> ServerVersion:
    """Return the version; public, also in maintenance mode."""
    return parse.version(await transport.get("/server/version", with_key=False))


async def server_config(transport: Transport) -> ServerConfig:
    """Return the public configuration; also in maintenance mode."""
    return parse.server_config(await transport.get("/server/config", with_key=False))


async def server_features(transport: Transport) -> ServerFeatures:
    """Return what is switched on; public."""
    return parse.server_features(await transport.get("/server/features", with_key=False))


async def media_types(transport: Transport) -> MediaTypes:
    """Return the accepted file name extensions; public."""
    return parse.media_types(await transport.get("/server/media-types", with_key=False))


async def version_history(transport: Transport) -> tuple[VersionHistoryEntry, ...]:
    """Return every version that this database has seen; public."""
    return parse.version_history(await transport.get("/server/version-history", with_key=False))


async def server_about(transport: Transport) -> ServerAbout:
    """Return what needs ``server.about``."""
    return parse.server_about(await transport.get("/server/about"))


async def server_storage(transport: Transport) -> ServerStorage:
    """Return the disk's numbers; needs ``server.storage``. Answers 500 where the file system has none."""
    return parse.server_storage(await transport.get("/server/storage"))


async def version_check(transport: Transport) -> VersionCheck:
    """Return the newest release that Immich knows of; needs ``server.versionCheck``."""
    return parse.version_check(await transport.get("/server/version-check"))


async def queues(transport: Transport) -> tuple[Queue, ...]:
    """Return the background queues; needs ``queue.read`` and an administrator."""
    return parse.queues(await transport.get("/queues"))


async def server_statistics(transport: Transport) -> ServerStatistics:
    """Return counts over all users; needs ``server.statistics`` and an administrator."""
    return parse.server_statistics(await transport.get("/server/statistics"))


async def api_key(transport: Transport) -> ApiKeyInfo:
    """Return the key in use; any key may ask."""
    return parse.api_key(await transport.get("/api-keys/me"))


async def me(transport: Transport) -> User:
    """Return the key's user; needs ``user.read``."""
    return parse.user(await transport.get("/users/me"))
