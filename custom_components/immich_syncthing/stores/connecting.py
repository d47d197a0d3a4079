"""From settings to a store of ``obstore``. Blocking: it reads the machine's certificates, or looks at the directory."""

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from obstore.store import AzureStore, GCSStore, LocalStore, MemoryStore, ObjectStore, S3Store

from .errors import StoreError, StoreUnreachableError
from .settings import Encryption, StoreKind, StoreSettings

if TYPE_CHECKING:  # obstore has these for type checkers only
    from obstore.store import ClientConfig, RetryConfig, S3Config

RETRIES: RetryConfig = {
    "max_retries": 6,
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=5), "base": 2},
    "retry_timeout": timedelta(minutes=2),
}
"""Some 6 s of patience with a server that is busy or restarts. Whoever needs more asks again later."""

_HOST = re.compile(r"[A-Za-z0-9._:-]+")

CONNECT_SECONDS = 10
SILENCE_SECONDS = 300
"""Until a request counts as dead. It counts while a part is sent as well: four of 5 MiB in 5 minutes are 70 kB/s."""
WHOLE_REQUEST = timedelta(days=1)
"""A video is read in one request, and the line may be slow."""


def connect(settings: StoreSettings) -> ObjectStore:
    """Return the store. Raises ``StoreUnreachableError`` (no such directory), ``StoreError`` (a setting is no good)."""
    try:
        return _connected(settings)
    except ValueError as err:
        # Its text may hold part of a key.
        raise StoreError(type(err).__name__) from None


def _connected(settings: StoreSettings) -> ObjectStore:
    if not settings.prefix.isprintable() or {".", ".."} & {*settings.prefix.split("/")}:
        detail = f"no prefix of keys: {settings.prefix!a}"
        raise StoreError(detail)
    match settings.kind:
        case StoreKind.MEMORY:
            return MemoryStore()
        case StoreKind.DIRECTORY:
            directory = settings.directory or ""
            if not Path(directory).is_absolute() or not Path(directory).is_dir():
                raise StoreUnreachableError(directory)
            return LocalStore(prefix=directory)
        case StoreKind.S3:
            return S3Store(config=_s3(settings), client_options=_client(settings), retry_config=RETRIES)
        case StoreKind.GCS:
            return GCSStore(
                _required(settings.bucket, "bucket"),
                config={"service_account_key": _required(settings.service_account, "service_account")},
                client_options=_client(settings),
                retry_config=RETRIES,
            )
        case StoreKind.AZURE:
            return AzureStore(
                _required(settings.bucket, "bucket"),
                config={
                    "account_name": _required(settings.account, "account"),
                    "account_key": _required(settings.account_key, "account_key"),
                    **({"endpoint": _address(settings.endpoint)} if settings.endpoint else {}),
                },
                client_options=_client(settings),
                retry_config=RETRIES,
            )


def _s3(settings: StoreSettings) -> S3Config:
    config: S3Config = {
        "bucket": _required(settings.bucket, "bucket"),
        "region": settings.region or "us-east-1",
        "virtual_hosted_style_request": not settings.path_style,
    }
    if settings.endpoint:
        config["endpoint"] = _address(settings.endpoint)
    if settings.access_key:
        config["access_key_id"] = settings.access_key
        config["secret_access_key"] = settings.secret_key or ""
    else:
        # Not whatever key the machine or its cloud has to offer.
        config["skip_signature"] = True
    if settings.encryption is not Encryption.NONE:
        config["server_side_encryption"] = settings.encryption.value
    if settings.kms_key:
        config["sse_kms_key_id"] = settings.kms_key
    return config


def _client(settings: StoreSettings) -> ClientConfig:
    return {
        "allow_http": (settings.endpoint or "").startswith("http://"),
        "allow_invalid_certificates": not settings.verify_ssl,
        "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
        "read_timeout": timedelta(seconds=SILENCE_SECONDS),
        "timeout": WHOLE_REQUEST,
    }


def _address(endpoint: str) -> str:
    """Return the URL of a server as ``obstore`` takes it, which panics at others. No name or key belongs there."""
    address = endpoint.strip().rstrip("/")
    url = urlsplit(address)
    host = url.hostname if url.port != 0 and url.username is None and address.isascii() and " " not in address else None
    if url.scheme not in {"http", "https"} or host is None or not _HOST.fullmatch(host):
        detail = "not the address of a server"
        raise StoreError(detail)
    return address


def _required(value: str | None, name: str) -> str:
    if not value:
        detail = f"{name} is missing"
        raise StoreError(detail)
    return value
