"""Names and figures of the Home Assistant face."""

from datetime import timedelta
from typing import Final

DOMAIN: Final = "immich_syncthing"

CONF_IMMICH_URL: Final = "immich_url"
CONF_IMMICH_API_KEY: Final = "immich_api_key"
CONF_IMMICH_VERIFY_SSL: Final = "immich_verify_ssl"
CONF_SYNCTHING_URL: Final = "syncthing_url"
CONF_SYNCTHING_API_KEY: Final = "syncthing_api_key"
CONF_SYNCTHING_VERIFY_SSL: Final = "syncthing_verify_ssl"

CONF_VAULT_PATH: Final = "vault_path"

SUBENTRY_FOLDER: Final = "folder"
CONF_FOLDER_ID: Final = "folder_id"
"""Syncthing's id of the folder; ours is the id of the subentry."""
CONF_LABEL: Final = "label"
CONF_MARKER_NAME: Final = "marker_name"
CONF_PRESET: Final = "preset"

DEFAULT_SYNCTHING_URL: Final = "http://localhost:8384"

SERVER_INTERVAL: Final = timedelta(seconds=60)
"""How often server facts are asked for: nothing that is decided hangs on them, they are only shown."""

CYCLE_SECONDS: Final = 15.0
"""How long an undisturbed folder rests between two cycles.

Immich tells API keys without ``all`` nothing by itself, so this is how late a deletion there is seen; an unchanged
world costs one search request and no disk access.
"""

DEBOUNCE_SECONDS: Final = 1.0
"""How long a cycle waits after the event that woke it, so that one cycle serves a burst of photos."""

PROGRESS_SECONDS: Final = 1.0
"""How late entities follow a running cycle: the recorder keeps every state, and most cycles are over by then."""

EVENT_RETRY_SECONDS: Final = 10.0
"""How long to wait before Syncthing's event stream is tried again after it broke."""
