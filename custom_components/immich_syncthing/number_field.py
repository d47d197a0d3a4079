"""A number as all forms ask for it: typed into a box, between two limits, in whole or in equal steps."""

from homeassistant.helpers.selector import NumberSelector, NumberSelectorConfig, NumberSelectorMode


def number_field(lowest: float, highest: float, unit: str | None = None, *, step: float = 1) -> NumberSelector:
    """Return the field of a form; ``unit`` stands behind it."""
    config = NumberSelectorConfig(min=lowest, max=highest, step=step, mode=NumberSelectorMode.BOX)
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)
