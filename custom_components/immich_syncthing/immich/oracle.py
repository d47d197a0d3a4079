"""``bulk-upload-check``: the one truthful answer to "does Immich have these bytes?" that an API key gets."""

from collections.abc import Sequence
from itertools import batched

from .errors import UnexpectedAnswerError
from .fields import SHA1_LENGTH, Fields, objects, refuse
from .models import OracleAnswer
from .transport import Transport

BATCH = 1_000
"""Checksums per request. So few that reading the answer holds up nobody, and that what it is read into is gone before
Python's garbage collector counts it among what lives long. 5,000 take 0.2 s on 2.7.5; 65,533 of them, an empty list or
10 MB of JSON answer 500 (measured)."""


async def bulk_upload_check(transport: Transport, checksums: Sequence[bytes]) -> dict[bytes, OracleAnswer]:
    """Return one answer for each different checksum; needs ``asset.upload``.

    It sees every asset of the key's user: trashed, archived, hidden, locked and external ones. What is being purged
    still counts as trashed for about a second.

    Raises:
        UnexpectedAnswerError: an answer is missing, twice there, or about something that was not asked.
    """
    wanted = tuple(dict.fromkeys(checksums))
    for checksum in wanted:
        if len(checksum) != SHA1_LENGTH:
            # Immich says "accept" to checksums of any other length (measured): it would read as gone.
            reason = f"a SHA-1 has {SHA1_LENGTH} bytes, not {len(checksum)}"
            raise ValueError(reason)
    answers: dict[bytes, OracleAnswer] = {}
    for batch in batched(wanted, BATCH, strict=False):
        answers |= await _ask(transport, batch)
    return answers


async def _ask(transport: Transport, checksums: tuple[bytes, ...]) -> dict[bytes, OracleAnswer]:
    labels = {checksum.hex(): checksum for checksum in checksums}
    body = {"assets": [{"id": label, "checksum": label} for label in labels]}
    fields = Fields(await transport.post("/assets/bulk-upload-check", body), "bulk check")
    answers: dict[bytes, OracleAnswer] = {}
    for row in objects(fields.items("results"), "bulk check results"):
        checksum = labels.pop(row.text("id"), None)
        if checksum is None:
            refuse("bulk check id", row.text("id"), "one that was asked, and not answered before")
        answers[checksum] = _answer(row)
    if labels:
        detail = f"bulk check left {len(labels)} of {len(checksums)} checksums without answer"
        raise UnexpectedAnswerError(detail)
    return answers


def _answer(row: Fields) -> OracleAnswer:
    action = row.text("action")
    if action == "accept":
        return OracleAnswer(asset_id=None, is_trashed=False)
    if action != "reject":
        refuse("bulk check action", action, "accept or reject")
    return OracleAnswer(asset_id=row.id("assetId"), is_trashed=row.flag("isTrashed"))
