"""What can go wrong with an album folder, in words that its owner understands."""

from ..faults.coded import CodedError


class AlbumFolderError(CodedError):
    """The album folder cannot be kept current."""

    code = "album_folder_error"


class AlbumBaseError(AlbumFolderError):
    """What is known of the album folder's copies cannot be read or written."""

    code = "album_base"


class AlbumBaseTooNewError(AlbumFolderError):
    """What is known of the copies was written by a later version of this integration."""

    code = "album_base_too_new"


class AlbumOtherUserError(AlbumFolderError):
    """The album folder belongs to another account: nothing is copied into it and nothing removed from it."""

    code = "album_other_user"


class AlbumOneWayError(AlbumFolderError):
    """Syncthing sends nothing from this folder: it is set up to receive only."""

    code = "album_one_way"


class AlbumSearchMissingError(AlbumFolderError):
    """Immich does not offer this kind of search."""

    code = "album_search_missing"


class AlbumWrongBytesError(AlbumFolderError):
    """The bytes that came are not those of the photo."""

    code = "album_wrong_bytes"


class AlbumNoNameError(AlbumFolderError):
    """There is no free name left for a photo in the album folder."""

    code = "album_no_name"


class AlbumNoRoomError(AlbumFolderError):
    """A photo is larger than what is free on the disk of the album folder. Smaller ones are copied all the same."""

    code = "album_no_room"


class AlbumGoneError(AlbumFolderError):
    """A chosen album is not there any more: its photos stay in the folder until you say what is to become of them."""

    code = "album_gone"


class AlbumNotListedError(AlbumFolderError):
    """More photos changed in one moment than Immich shows: some may be missing in the folder, and none is removed."""

    code = "album_not_listed"
