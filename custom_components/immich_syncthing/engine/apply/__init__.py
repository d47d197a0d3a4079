"""Carrying a plan out: journal the intent, look again, act, record, in that order."""
