"""The doors of tests into an account at work: to act between plan and deed, or on its ledger."""

from custom_components.immich_syncthing.engine.apply.context import Context, Run
from custom_components.immich_syncthing.engine.report import Tallies

from .living import Life


def context_of(life: Life) -> Context:
    return life.account._context  # noqa: SLF001 - there is no other door


def run_as(life: Life) -> Run:
    return Run(life.web.user.id, Tallies(), life.folder.transfer)
