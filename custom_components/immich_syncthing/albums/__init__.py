"""Albums on their way back: photos of Immich are copied into a Syncthing folder, and nothing ever leaves Immich."""
