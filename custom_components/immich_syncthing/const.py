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

CONF_VAULT: Final = "vault"
"""Which store the account's vault is, as ``store_choice`` stores one; absent: the directory ``CONF_VAULT_PATH``."""
CONF_VAULT_PATH: Final = "vault_path"
"""The directory that was found for the vault with the first folder."""
CONF_EARLIER_VAULTS: Final = "earlier_vaults"
"""The account's vaults before that, newest first: they are read, and nothing is put there."""

CONF_WEBHOOK: Final = "webhook"
"""By which Immich tells of new photos, as ``webhook`` stores it; absent where it is not used."""

CONF_WEBHOOKS_LEFT: Final = "webhooks_left"
"""Addresses of webhooks that are used no more, and which Immich may call nevertheless; absent where there are none."""

SUBENTRY_FOLDER: Final = "folder"
CONF_FOLDER_ID: Final = "folder_id"
"""Syncthing's id of the folder; ours is the id of the subentry."""
CONF_KEEP_GIGABYTES: Final = "keep_gigabytes"
CONF_LABEL: Final = "label"
CONF_MARKER_NAME: Final = "marker_name"
CONF_PRESET: Final = "preset"

CONF_ADVANCED: Final = "advanced"
"""The section of a folder's forms that holds what follows."""
CONF_ON_EDIT: Final = "on_edit"
"""Absent where the preset decides; so is each of the following where it is not used."""
CONF_IGNORE: Final = "ignore"
CONF_INCLUDE: Final = "include"
CONF_PASSED_ON_DAYS: Final = "pass_on_days"
CONF_FREE_AFTER_DAYS: Final = "free_after_days"
CONF_FREED_PER_DAY: Final = "freed_per_day"
CONF_PROTECT_FAVOURITES: Final = "protect_favourites"
CONF_PROTECT_ALBUMS: Final = "protect_albums"
CONF_SORTING_RULES: Final = "sorting_rules"
"""What becomes of the folder's photos in Immich: a list, as ``engine.sorting`` reads it."""

SUBENTRY_REPLICA: Final = "replica"
CONF_STORE: Final = "store"
"""A replica's store, as ``store_choice`` stores one."""
CONF_EARLIER_STORES: Final = "earlier_stores"
"""Where a replica was before it was moved, newest first; absent where it never was."""
CONF_LEFT_BEHIND: Final = "left_behind"
"""Of an earlier place: how many damaged objects were left in it when it was moved away from."""

SUBENTRY_ALBUM_FOLDER: Final = "album_folder"
"""Albums of Immich that are copied into a Syncthing folder; ``album_settings`` has the rest of what is stored."""

CONF_ALBUMS: Final = "albums"
"""Ids of Immich's albums, of an album folder or a replica."""

CONF_GUARD_NUMBER: Final = "guard_number"
CONF_GUARD_SHARE: Final = "guard_share"
"""In percent."""
CONF_HASHING: Final = "hashing"
"""How much of the machine may go into reading photos for their checksums."""
CONF_VAULT_PHONE_DELETIONS: Final = "vault_phone_deletions"
CONF_VAULT_FREED: Final = "vault_freed"
CONF_VAULT_KEEP_DAYS: Final = "vault_keep_days"
CONF_VAULT_KEEP_GIB: Final = "vault_keep_gib"
"""Absent, as is the one before, where nothing goes because of it."""

DEFAULT_SYNCTHING_URL: Final = "http://localhost:8384"

NOTED_SECONDS: Final = 10.0
"""Until what an entry holds is on the disk for sure: Home Assistant writes it a second after its last change."""

SERVER_INTERVAL: Final = timedelta(seconds=60)
"""How often server facts are asked for: nothing that is decided hangs on them, they are only shown."""

CYCLE_SECONDS: Final = 15.0
"""How long a folder rests at most while something hinders it; without that, its pace tells."""

DEBOUNCE_SECONDS: Final = 1.0
"""In which time events wake a few cycles at most, so that one serves many photos of a burst."""

PROGRESS_SECONDS: Final = 1.0
"""How late entities follow what a running cycle begins: most cycles are over by then."""

NUMBERS_SECONDS: Final = 10.0
"""How far apart they follow its numbers, for hours of uploads: the recorder keeps every state."""

EVENT_RETRY_SECONDS: Final = 10.0
"""How long to wait before Syncthing's event stream is tried again after it broke."""
