"""What can go wrong with the vault, in words that the owner of the photos understands."""

from ..faults.coded import CodedError


class VaultError(CodedError):
    """The vault cannot be used, so nothing is deleted."""

    code = "vault_error"


class VaultUnavailableError(VaultError):
    """The vault cannot be reached or written to."""

    code = "vault_unavailable"


class VaultCredentialsError(VaultUnavailableError):
    """The vault's store does not know the key that is set for it, or does not allow it to write there."""

    code = "vault_credentials"


class VaultBucketMissingError(VaultUnavailableError):
    """The server of the vault has no such bucket."""

    code = "vault_bucket_missing"


class VaultClockSkewError(VaultUnavailableError):
    """The clocks of the vault's server and of this machine differ too much for the server to believe a request."""

    code = "vault_clock_skew"


class VaultFullError(VaultError):
    """The vault has no space left."""

    code = "vault_full"


class VaultMismatchError(VaultError):
    """What arrived in the vault is not what was to be kept."""

    code = "vault_mismatch"


class NotInVaultError(VaultError):
    """The vault does not hold this content."""

    code = "not_in_vault"


class VaultSourceError(VaultError):
    """The file to be kept cannot be read; the vault itself is in order."""

    code = "vault_source"
