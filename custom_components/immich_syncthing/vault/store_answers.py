"""What a store's refusal means to the vault that lies in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from ..stores.errors import (
    NotInStoreError,
    StoreBucketMissingError,
    StoreClockSkewError,
    StoreCredentialsError,
    StoreError,
    StoreFullError,
    StoreMismatchError,
)
from .errors import (
    NotInVaultError,
    VaultBucketMissingError,
    VaultClockSkewError,
    VaultCredentialsError,
    VaultError,
    VaultFullError,
    VaultMismatchError,
    VaultUnavailableError,
)

_MEANINGS: dict[type[StoreError], type[VaultError]] = {
    NotInStoreError: NotInVaultError,
    StoreBucketMissingError: VaultBucketMissingError,
    StoreClockSkewError: VaultClockSkewError,
    StoreCredentialsError: VaultCredentialsError,
    StoreFullError: VaultFullError,
    StoreMismatchError: VaultMismatchError,
}
"""All others: the vault is not available now."""


@contextmanager
def store_answers() -> Iterator[None]:
    """Turn a ``StoreError`` into the ``VaultError`` for it."""
    try:
        yield
    except StoreError as err:
        raise _MEANINGS.get(type(err), VaultUnavailableError)(err.detail) from err
