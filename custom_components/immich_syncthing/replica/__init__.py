"""The second house: copies of originals and of Immich's database that outlive the first one."""
