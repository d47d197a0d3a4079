"""Small files of SQLite: opened, migrated, put aside when they are damaged, and written in whole transactions."""
