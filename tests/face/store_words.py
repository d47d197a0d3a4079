"""What the texts of a flow with ``StoreSteps`` must hold, wherever it stands."""

from typing import Any

from custom_components.immich_syncthing import errors, roots, store_probe, typed_store
from custom_components.immich_syncthing.store_choice import CONF_MORE, KINDS, store_schema

from .words import classes, placeholders, texts

STORE_STEPS = frozenset({"store", *(f"store_{kind}" for kind in KINDS)})

_ROOTS = {error.code for error in classes(errors) if error.__name__ in vars(roots)} - {
    "root_among_copies",
    "root_unmarked",
}
STORE_ERRORS = frozenset(
    {
        *_ROOTS,
        *store_probe.ANSWERS,
        "store_error",
        *({error.code for error in classes(typed_store)} - {"bad_store_setting"}),
    }
)


def told(words: dict[str, Any]) -> None:
    """See that the texts of a flow name every field and every error of a store, and nothing that is not known."""
    assert words["error"].keys() >= STORE_ERRORS
    assert set().union(*(placeholders(words["error"][code]) for code in STORE_ERRORS)) <= {"allowed", "detail"}
    assert words["step"]["store"]["menu_options"].keys() >= {f"store_{kind}" for kind in KINDS}
    for kind in KINDS:
        step, schema = words["step"][f"store_{kind}"], store_schema(kind).schema
        names = {str(name) for name in schema} - {CONF_MORE}
        assert step["data"].keys() == step["data_description"].keys() == names
        assert set().union(*map(placeholders, texts(step))) <= {"allowed", "detail", "s3_example"}
        for section, fields in step.get("sections", {}).items():
            inner = {str(name) for name in schema[section].schema.schema}
            assert fields["data"].keys() == fields["data_description"].keys() == inner
            assert fields["name"]
        assert set(step.get("sections", {})) == ({CONF_MORE} & {str(name) for name in schema})
