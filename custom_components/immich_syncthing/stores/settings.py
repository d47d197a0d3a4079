"""What must be known of a store to use it. No secret of it is ever shown."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from yarl import URL


class StoreKind(StrEnum):
    """What keeps the objects."""

    DIRECTORY = "directory"
    S3 = "s3"
    """AWS, and all that speaks like it: MinIO, Garage, R2, B2, Ceph, Mega S4 …"""
    GCS = "gcs"
    AZURE = "azure"
    MEMORY = "memory"
    """For tests: everything is gone with the process."""


class Encryption(StrEnum):
    """How an S3 server encrypts what it keeps."""

    NONE = "none"
    """As its bucket says."""
    AES256 = "AES256"
    KMS = "aws:kms"


_WHOSE = {StoreKind.S3: "AWS", StoreKind.GCS: "Google"}
"""Who keeps what, where nobody else is named."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """A store; each kind needs only its own fields. ``prefix``: objects lie below this key, e.g. ``immich/vault``."""

    kind: StoreKind
    prefix: str = ""
    directory: str | None = None
    """Absolute, and there already: a disk that is not mounted must not be filled beside it."""
    endpoint: str | None = None
    """URL of an S3 server, without the bucket; ``None`` is AWS. For Azure: of a stand-in."""
    region: str | None = None
    bucket: str | None = None
    """S3's or Google's bucket, Azure's container."""
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    path_style: bool = True
    """Whether the bucket stands in the path of the URL, not in the name of the host."""
    verify_ssl: bool = True
    encryption: Encryption = Encryption.NONE
    kms_key: str | None = None
    service_account: str | None = field(default=None, repr=False)
    """Google's service account, the content of its JSON file."""
    account: str | None = None
    """Azure's account."""
    account_key: str | None = field(default=None, repr=False)

    @property
    def place(self) -> tuple[str | None, ...]:
        """Return what tells one place from another; all else is how it is reached."""
        return (self.kind.value, self.directory, self.endpoint, self.account, self.bucket, self.prefix.strip("/"))

    @property
    def place_id(self) -> str:
        """Return a short name for the place, in letters and digits: two may be called the same ``in_words``."""
        return hashlib.sha256(repr(self.place).encode(errors="replace")).hexdigest()[:12]

    @property
    def in_words(self) -> str:
        """Return where it is, for its owner: a path, or bucket and prefix and whose they are. No secret is in it."""
        if self.directory is not None:
            return self.directory
        within = "/".join(part for part in (self.bucket, self.prefix) if part)
        whose = (URL(self.endpoint).host if self.endpoint else self.account) or _WHOSE.get(self.kind)
        return f"{within} ({whose})" if whose else within

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what no text may hold."""
        return tuple(one for one in (self.secret_key, self.service_account, self.account_key) if one)
