"""Syncthing's REST API and event stream: what the engine's gate and observation need, 1.19 to 2.x."""
