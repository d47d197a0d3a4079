"""What can go wrong with a store, in words that its owner understands."""

from ..faults.coded import CodedError


class StoreError(CodedError):
    """The store refused or failed."""

    code = "store_error"


class StoreUnreachableError(StoreError):
    """Nobody answers at the store's address, or its disk is away; later it may be back."""

    code = "store_unreachable"


class StoreUnmarkedError(StoreUnreachableError):
    """The directory is there, but nothing of what was kept in it; perhaps its disk is not mounted."""

    code = "store_unmarked"


class StoreCertificateError(StoreUnreachableError):
    """The store's certificate is not one that this machine trusts."""

    code = "store_certificate"


class StoreCredentialsError(StoreError):
    """The store does not know the key, or does not allow it to do this."""

    code = "store_credentials"


class StoreBucketMissingError(StoreError):
    """The server has no such bucket."""

    code = "store_bucket_missing"


class StoreFullError(StoreError):
    """The store has no space left, or its quota is used up."""

    code = "store_full"


class StoreThrottledError(StoreError):
    """The store was asked too much, and still said so after several attempts."""

    code = "store_throttled"


class NotInStoreError(StoreError):
    """There is no such object."""

    code = "not_in_store"


class StoreMismatchError(StoreError):
    """What the store keeps is not what it was sent."""

    code = "store_mismatch"


class StoreClockSkewError(StoreError):
    """The clocks of the store and of this machine differ too much for the store to believe a request."""

    code = "store_clock_skew"
