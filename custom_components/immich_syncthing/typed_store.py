"""What somebody typed of a store, looked at before the store is asked."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from yarl import URL

from .stores.settings import Encryption, StoreKind, StoreSettings

_BUCKET = re.compile(r"[A-Za-z0-9$][A-Za-z0-9._-]{0,254}")
"""All names that S3, Google and Azure ever allowed, also those of old buckets; never a part of a path."""


class BadStoreSettingError(Exception):
    """This field of a store cannot be meant so."""

    code: ClassVar[str] = "bad_store_setting"
    field: ClassVar[str] = "base"


class BadEndpointError(BadStoreSettingError):
    """The address is no web address, or holds a name, a key or a query."""

    code = "bad_endpoint"
    field = "endpoint"


class BadBucketError(BadStoreSettingError):
    """No bucket or container can be named so."""

    code = "bad_bucket"
    field = "bucket"


class BadPrefixError(BadStoreSettingError):
    """The prefix has empty parts, dots for parts, or what cannot be printed."""

    code = "bad_prefix"
    field = "prefix"


class BadServiceAccountError(BadStoreSettingError):
    """This is not the content of the file that Google gives for a service account."""

    code = "bad_service_account"
    field = "service_account"


class BadAccountKeyError(BadStoreSettingError):
    """An account key of Azure looks different."""

    code = "bad_account_key"
    field = "account_key"


class StoreTakenError(BadStoreSettingError):
    """A replica or a vault lies there already, or what is put there would be among its objects."""

    code = "store_taken"


def typed_store(kind: StoreKind, typed: Mapping[str, Any]) -> StoreSettings:
    """Return the settings of a store of ``kind``; ``typed`` may hold fields of other kinds too.

    Raises:
        BadStoreSettingError: a field cannot be meant so.
    """
    text = {name: value.strip() for name, value in typed.items() if isinstance(value, str)}
    prefix = _prefix(text.get("prefix", ""))
    match kind:
        case StoreKind.S3:
            encryption = Encryption[text.get("encryption", "none").upper()]
            return StoreSettings(
                kind,
                prefix,
                endpoint=_endpoint(text.get("endpoint", "")),
                region=text.get("region") or None,
                bucket=_bucket(text.get("bucket", "")),
                access_key=text.get("access_key") or None,
                secret_key=text.get("secret_key") or None,
                path_style=typed.get("path_style", True),
                verify_ssl=typed.get("verify_ssl", True),
                encryption=encryption,
                kms_key=(text.get("kms_key") or None) if encryption is Encryption.KMS else None,
            )
        case StoreKind.GCS:
            service_account = _service_account(text.get("service_account", ""))
            return StoreSettings(kind, prefix, bucket=_bucket(text.get("bucket", "")), service_account=service_account)
        case StoreKind.AZURE:
            return StoreSettings(
                kind,
                prefix,
                bucket=_bucket(text.get("bucket", "")),
                account=text.get("account") or None,
                account_key=_account_key(text.get("account_key", "")),
            )
        case _:
            return StoreSettings(kind, directory=text.get("directory") or None)


def _prefix(text: str) -> str:
    prefix = text.strip("/")
    if prefix and any(part in {"", ".", ".."} or not part.isprintable() for part in prefix.split("/")):
        raise BadPrefixError
    return prefix


def _endpoint(text: str) -> str | None:
    if not text:
        return None
    try:
        url = URL(text)
    except ValueError:
        raise BadEndpointError from None
    if url.scheme not in {"http", "https"} or not url.host or url.user or url.password or url.query or url.fragment:
        raise BadEndpointError
    return text.rstrip("/")


def _bucket(text: str) -> str:
    if not _BUCKET.fullmatch(text):
        raise BadBucketError
    return text


def _service_account(text: str) -> str:
    try:
        told = json.loads(text)
    except ValueError:
        raise BadServiceAccountError from None
    if not isinstance(told, dict) or not all(told.get(name) for name in ("private_key", "client_email")):
        raise BadServiceAccountError
    return text


def _account_key(text: str) -> str:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error, ValueError:
        raise BadAccountKeyError from None
    if not key:
        raise BadAccountKeyError
    return text
