"""What can go wrong with the second house, in words that its owner understands."""

from ..faults.coded import CodedError


class ReplicaError(CodedError):
    """The second house cannot do what was asked."""

    code = "replica_error"


class ReplicaIndexError(ReplicaError):
    """The replica's index cannot be read or written."""

    code = "replica_index"


class ReplicaTooNewError(ReplicaError):
    """The index or the store was written by a later version of this integration."""

    code = "replica_too_new"


class OtherUserError(ReplicaError):
    """The replica belongs to another account: nothing is copied into it and nothing removed from it."""

    code = "replica_other_user"


class WrongBytesError(ReplicaError):
    """The bytes that came are not those of the photo."""

    code = "replica_wrong_bytes"


class NoNameError(ReplicaError):
    """There is no free name left for a photo in the replica."""

    code = "replica_no_name"


class ReplicaPausedError(ReplicaError):
    """The replica is paused."""

    code = "replica_paused"


class NothingToDrillError(ReplicaError):
    """The replica's manifest names nothing that could be restored."""

    code = "replica_nothing_to_drill"


class DumpError(ReplicaError):
    """Immich's database was not backed up."""

    code = "dump_error"


class NotAdministratorError(DumpError):
    """The API key is not an administrator's; Immich lets nobody else back its database up."""

    code = "dump_not_admin"


class ServerTooOldError(DumpError):
    """This Immich has no backups that can be fetched."""

    code = "dump_server_too_old"

    def __init__(self, version: str, oldest: str) -> None:
        """Keep the server's version, and the first one that has them."""
        super().__init__(version)
        self.version = version
        self.oldest = oldest

    @property
    def placeholders(self) -> dict[str, str]:
        """Return the values that the translated message needs."""
        return {"detail": self.detail, "version": self.version, "oldest": self.oldest}


class DumpRunningError(DumpError):
    """A backup of the database is being made already."""

    code = "dump_running"


class DumpQueuePausedError(DumpError):
    """Immich's queue for database backups is paused."""

    code = "dump_queue_paused"


class DumpTimedOutError(DumpError):
    """Immich did not get done with the backup of its database."""

    code = "dump_timed_out"


class NoDumpError(DumpError):
    """Immich made no backup of its database, although its queue says that it is done."""

    code = "dump_not_made"


class BrokenDumpError(DumpError):
    """The backup that Immich made of its database is not whole."""

    code = "dump_broken"


class DumpDamagedError(DumpError):
    """What arrived in the store is not the backup that Immich made."""

    code = "dump_damaged"


class DumpInTheWayError(DumpError):
    """Another file of this name lies in the store."""

    code = "dump_in_the_way"
