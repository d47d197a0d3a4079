"""The files of the repository, as the tests about the repository see them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
INTEGRATION = ROOT / "custom_components" / "immich_syncthing"
PACKAGE = "custom_components.immich_syncthing"

# Homes of Python code; what set-up makes lies elsewhere.
PYTHON_FILES = sorted(
    path for home in ("custom_components", "tests", "scripts") for path in (ROOT / home).rglob("*.py")
)


def module_name(path: Path) -> str:
    """Return the dotted name of a module of the repository."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Yield the absolute name of everything that a module imports, wherever in it; of ``from a import b``, ``a.b``."""
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package.pop()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)
