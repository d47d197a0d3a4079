"""The arrows between the rooms, and how large a room may grow."""

import ast
import json
import re
import sys
from importlib import metadata
from pathlib import Path

import pytest

from .sources import INTEGRATION, PACKAGE, PYTHON_FILES, ROOT, imports, module_name

MAY_IMPORT = {
    "albums": {"albums", "engine", "faults", "immich", "sqlite", "syncthing", "vault"},
    "engine": {"engine", "faults", "immich", "syncthing", "vault"},
    "faults": {"faults"},
    "immich": {"faults", "immich"},
    "replica": {"faults", "immich", "replica", "sqlite", "stores"},
    "sqlite": {"sqlite"},
    "stores": {"faults", "stores"},
    "syncthing": {"faults", "syncthing"},
    "vault": {"faults", "stores", "vault"},
}

# What plan and guard may use of Python: data and arithmetic. Everything else could look at the world.
PURE = {"collections", "dataclasses", "enum", "functools", "itertools", "math", "operator", "typing"}
# What a module that they import may not use either. Types such as Path and datetime are data there.
IMPURE = {
    *("asyncio", "concurrent", "multiprocessing", "subprocess", "threading"),
    *("io", "os", "select", "shutil", "socket", "sqlite3", "tempfile"),
    *("random", "secrets", "time", "uuid"),
}
LOOKS_AT_THE_WORLD = {"now", "utcnow", "today", "open", "print", "input"}


def modules_of(room: str) -> list[Path]:
    return sorted((INTEGRATION / room).rglob("*.py"))


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_knows_only_the_rooms_below_it(room: str) -> None:
    allowed = tuple(f"{PACKAGE}.{other}." for other in MAY_IMPORT[room])
    strangers = {
        f"{module_name(path)} imports {name}"
        for path in modules_of(room)
        for name in imports(path)
        if name.startswith(("custom_components", "tests")) and not f"{name}.".startswith(allowed)
    }
    assert modules_of(room), f"there is no {room}"
    assert strangers == set()


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_no_inner_room_knows_home_assistant(room: str) -> None:
    homely = ("homeassistant", "voluptuous", "probatio")
    found = {
        f"{module_name(path)} imports {name}"
        for path in modules_of(room)
        for name in imports(path)
        if name.split(".")[0] in homely
    }
    assert found == set()


@pytest.mark.parametrize("name", ["plan", "guard"])
def test_planner_and_guard_use_nothing_but_data(name: str) -> None:
    path = INTEGRATION / "engine" / f"{name}.py"
    used = {imported.split(".")[0] for imported in imports(path)}
    assert used - PURE == {"custom_components"}

    looks = {
        ast.unparse(node)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in LOOKS_AT_THE_WORLD)
            or (isinstance(node.func, ast.Attribute) and node.func.attr in LOOKS_AT_THE_WORLD)
        )
    }
    assert looks == set()


@pytest.mark.parametrize("name", ["plan", "guard"])
def test_planner_and_guard_stand_on_modules_that_do_nothing_either(name: str) -> None:
    waiting = [INTEGRATION / "engine" / f"{name}.py"]
    seen: set[Path] = set()
    found = set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for imported in imports(path):
            if imported.split(".")[0] in IMPURE:
                found.add(f"{module_name(path)} imports {imported}")
            waiting.extend(_files_of(imported))
    assert found == set()


def _files_of(imported: str) -> list[Path]:
    """Return the module of ours that ``package.module.name`` or ``package.module`` names, if it is one."""
    if not imported.startswith(f"{PACKAGE}."):
        return []
    path = ROOT.joinpath(*imported.split("."))
    candidates = (path.with_suffix(".py"), path.parent.with_suffix(".py"))
    return [candidate for candidate in candidates if candidate.exists()]


def test_the_integration_imports_itself_relatively() -> None:
    """Home Assistant may load it under another name than tests do."""
    found = {
        module_name(path)
        for path in INTEGRATION.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").startswith("custom_components")
    }
    assert found == set()


def test_everything_it_imports_comes_with_python_home_assistant_or_its_requirements() -> None:
    of_home_assistant = {"PIL", "aiohttp", "homeassistant", "voluptuous", "yarl"}
    requirements = json.loads((INTEGRATION / "manifest.json").read_text())["requirements"]
    named = {requirement.split("==")[0] for requirement in requirements}
    # python-socketio does not pass on what it takes from python-engineio, which comes with it.
    brought = {
        re.split(r"[^\w-]", one)[0] for name in named for one in metadata.requires(name) or () if "extra" not in one
    }
    distributions = metadata.packages_distributions()
    required = {module for module, names in distributions.items() if (named | brought) & set(names)}
    found = {
        f"{module_name(path)} imports {name}"
        for path in INTEGRATION.rglob("*.py")
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names | of_home_assistant | required | {"custom_components"}
    }
    assert found == set()


def test_no_module_is_too_long_to_read() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in PYTHON_FILES}
    assert {path: length for path, length in lengths.items() if length > 400} == {}
