"""Actions on replicas: copy now, read copies again, restore some by way of trial."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, Final

import voluptuous as vol
from homeassistant.core import ServiceResponse
from homeassistant.exceptions import HomeAssistantError

from .errors import translated
from .replica.model import DrillReport, Ending, RunReport, ScrubReport
from .replica_coordinator import ReplicaCoordinator
from .targets import WHICH_REPLICAS, Call, refuse, replicas_of
from .texts import Texts, async_texts

ATTR_SHARE: Final = "share"
ATTR_COUNT: Final = "count"

DEFAULT_SHARE = 5.0
DEFAULT_COUNT = 10
MAX_COUNT = 1_000

REPLICATE_SCHEMA = vol.Schema(WHICH_REPLICAS)
VERIFY_REPLICA_SCHEMA = vol.Schema(
    {
        **WHICH_REPLICAS,
        vol.Optional(ATTR_SHARE, default=DEFAULT_SHARE): vol.All(
            vol.Coerce(float), vol.Range(min=0, max=100, min_included=False)
        ),
    }
)
RESTORE_DRILL_SCHEMA = vol.Schema(
    {
        **WHICH_REPLICAS,
        vol.Optional(ATTR_COUNT, default=DEFAULT_COUNT): vol.All(vol.Coerce(int), vol.Range(min=1, max=MAX_COUNT)),
    }
)


async def async_replicate(call: Call) -> ServiceResponse:
    """Have a run of each replica now, and wait for it. Without a response, the first that was stopped is raised."""
    return await _each(call, lambda replica: replica.async_replicate())


async def async_verify_replica(call: Call) -> ServiceResponse:
    """Read a share of the copies again, the longest unread first. Without a response as ``replicate``."""
    share = call.data[ATTR_SHARE] / 100.0
    return await _each(call, lambda replica: replica.async_verify(share))


async def async_restore_drill(call: Call) -> ServiceResponse:
    """Restore a random sample into a scratch place and compare it. Without a response, a failure is raised."""
    replicas = replicas_of(call)
    reports = await asyncio.gather(*(replica.async_drill(call.data[ATTR_COUNT]) for replica in replicas))
    if call.return_response:
        return {
            "replicas": [
                asdict(report) | {"passed": report.passed} | _named(replica)
                for replica, report in zip(replicas, reports, strict=True)
            ]
        }
    for replica, report in zip(replicas, reports, strict=True):
        _require_passed(replica, report)
    return None


async def _each[ReportT: (RunReport, ScrubReport)](
    call: Call, ask: Callable[[ReplicaCoordinator], Awaitable[ReportT]]
) -> ServiceResponse:
    replicas = replicas_of(call)
    reports = await asyncio.gather(*(ask(replica) for replica in replicas))
    if call.return_response:
        texts = await async_texts(call.hass)
        told: list[Any] = [_told(report, texts) | _named(one) for one, report in zip(replicas, reports, strict=True)]
        return {"replicas": told}
    for report in reports:
        if report.problem is not None:
            raise HomeAssistantError(**translated(report.problem))
        if report.ending is Ending.PAUSED:
            refuse("replica_paused")
    return None


def _told(report: RunReport | ScrubReport, texts: Texts) -> dict[str, Any]:
    return asdict(report) | {"problem": report.problem and texts.told(report.problem)}


def _require_passed(replica: ReplicaCoordinator, report: DrillReport) -> None:
    if not report.passed:
        numbers = {"failed": str(report.asked - report.restored), "asked": str(report.asked)}
        refuse("drill_failed", name=replica.subentry.title, **numbers)


def _named(replica: ReplicaCoordinator) -> dict[str, Any]:
    entry = replica.config_entry
    return {"replica": replica.subentry.title, "account": entry.title, "config_entry_id": entry.entry_id}
