"""Immich's HTTP API for one API key: only the calls that the engine and the actions need, v2.7 and v3."""
