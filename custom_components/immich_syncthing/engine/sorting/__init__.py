"""Rules of a folder: what Immich is told of its photos besides their bytes. Pure: paths and dates in, effects out."""
