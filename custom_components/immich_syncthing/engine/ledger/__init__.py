"""The ledger: SQLite under one façade. The engine imports ``Ledger`` from here and its pictures from ``views``."""

from .ledger import Ledger

__all__ = ["Ledger"]
