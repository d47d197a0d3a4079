"""Numbers as people read them in texts that are put together here: Home Assistant's pages write all others."""

_COMMA = frozenset({"en", "zh-Hans", "zh-Hant", "ja", "ko", "he", "th"})
_POINT = frozenset({"de", "es", "it", "nl", "pt-BR", "da", "tr", "id", "el"})
"""Languages by what stands between thousands; all others have a narrow space."""

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_THOUSAND = 1000
_SMALL = 10


def counted(number: int, language: str) -> str:
    """Return a number with its thousands apart, e.g. ``1,204``."""
    return f"{number:,}".replace(",", _separator(language))


def sized(size: int, language: str) -> str:
    """Return bytes in the largest unit that fits, e.g. ``210 MB`` or ``1.2 GB``."""
    amount, unit = float(size), 0
    while round(amount) >= _THOUSAND and unit < len(_UNITS) - 1:
        amount, unit = amount / _THOUSAND, unit + 1
    if unit and amount < _SMALL:
        decimal = "." if _separator(language) == "," else ","
        return f"{f'{amount:.1f}'.replace('.', decimal)} {_UNITS[unit]}"
    return f"{counted(round(amount), language)} {_UNITS[unit]}"


def _separator(language: str) -> str:
    if language in _COMMA or language.startswith("en-"):
        return ","
    return "." if language in _POINT else "\u202f"
