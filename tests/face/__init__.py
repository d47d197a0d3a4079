"""The Home Assistant face, inside Home Assistant, against a real Syncthing and the Immich stand-in."""
