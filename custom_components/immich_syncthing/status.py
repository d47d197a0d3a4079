"""How accounts and folders are, as plain values: for the action, and for language models."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.core import HomeAssistant

from .coordinator import ImmichSyncthingConfigEntry
from .engine.ledger.hold_views import HoldView
from .engine.model import Answer
from .folder_coordinator import FolderCoordinator
from .targets import label_of, named, runtime_of
from .texts import Texts, async_texts


def moment(seconds: float | None) -> str | None:
    """Return a moment (wall seconds) as ISO 8601 in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def account_of(entry: ImmichSyncthingConfigEntry) -> dict[str, Any]:
    """Return an account as its owner knows it."""
    return {"account": entry.title, "config_entry_id": entry.entry_id}


async def account_status(entry: ImmichSyncthingConfigEntry) -> dict[str, Any]:
    """Return how an account is, from what is known. Raises ``EngineError``."""
    runtime = runtime_of(entry)
    recovery = await runtime.engine.recovery()
    holds = await runtime.engine.holds()
    return account_of(entry) | {
        "immich_connected": runtime.account.last_update_success,
        "syncthing_connected": runtime.syncthing.last_update_success,
        "recovering": recovery is not None and recovery.ended_at is None,
        "holds": len(holds),
        "held": sum(hold.count for hold in holds),
    }


async def folder_status(folder: FolderCoordinator, texts: Texts | None = None) -> dict[str, Any]:
    """Return how a folder is, from what is known; without ``texts`` in Home Assistant's language."""
    engine, report = folder.engine, folder.data
    counts = report.counts if report else None
    problem = report.problem if report else None
    return (
        named(folder)
        | {"config_entry_id": folder.config_entry.entry_id, "state": engine.state.value}
        | {
            "problem": problem and (texts or await async_texts(folder.hass)).told(problem),
            "wait_reason": report.wait_reason if report else None,
            "step": engine.looking.step.value if engine.looking.step else None,
            "done": engine.looking.done if engine.looking.step else None,
            "total": engine.looking.total,
            "preset": engine.settings.preset.value,
            "paused": engine.paused,
            "paused_until": moment(engine.paused_until),
            "last_success": moment(engine.last_success),
            "current_file": engine.transfer.current_file,
            "percent": engine.transfer.percent,
        }
        | {
            name: getattr(counts, name) if counts else None
            for name in ("files", "bytes", "linked", "released", "kept", "to_upload", "failed", "held", "unresolved")
        }
    )


async def hold_told(entry: ImmichSyncthingConfigEntry, hold: HoldView, texts: Texts | None = None) -> dict[str, Any]:
    """Return a question as plain values: what is asked, and what each answer does.

    Without ``texts`` in Home Assistant's language.
    """
    texts = texts or await async_texts(runtime_of(entry).hass)
    key = f"issues.hold_{hold.kind.value}"
    folders = [label_of(entry, one) or one for one in hold.folder_ids]
    return account_of(entry) | {
        "hold_id": hold.id,
        "revision": hold.revision,
        "kind": hold.kind.value,
        "question": texts.text(f"{key}.title", count=str(hold.count), folders=", ".join(folders)),
        "answers": {
            answer.value: texts.text(f"{key}.fix_flow.step.init.menu_options.{answer.value}") for answer in Answer
        },
        "folders": folders,
        "count": hold.count,
        "asked_at": moment(hold.created_at),
    }


async def problem_name(folder: FolderCoordinator) -> str | None:
    """Return a short name of what is wrong with a folder, without what differs from case to case, such as a host."""
    if folder.data is None or folder.data.problem is None:
        return None
    return await code_name(folder.hass, folder.data.problem.code)


async def code_name(hass: HomeAssistant, code: str) -> str:
    """Return the short name of what is wrong, by its code; the code itself of what only waits."""
    return (await async_texts(hass)).name(f"entity.binary_sensor.problem.state_attributes.reason.state.{code}", code)
