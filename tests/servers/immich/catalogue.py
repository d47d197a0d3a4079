"""All routes of a version."""

from typing import TYPE_CHECKING

from . import (
    admin,
    albums,
    assets,
    libraries,
    oracle,
    originals,
    search,
    server_info,
    stacks,
    tags,
    timeline,
    trash,
    uploads,
    users,
    workflows,
)

if TYPE_CHECKING:
    from .routing import Route
    from .version import Version

# In the order of registration: a fixed path (/assets/statistics) before the pattern that would take it (/assets/{id}).
_MODULES = (
    server_info,
    users,
    uploads,
    oracle,
    trash,
    timeline,
    search,
    assets,
    originals,
    albums,
    tags,
    stacks,
    admin,
    libraries,
    workflows,
)


def routes(version: Version) -> list[Route]:
    """The routes that this version has; all others answer 404."""
    every = [route for module in _MODULES for route in module.routes.found]
    return [route for route in every if route.since <= version < route.until]
