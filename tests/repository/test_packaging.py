"""What Home Assistant, its Marketplace (HACS) and set-up read of this repository."""

import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest

from .sources import INTEGRATION, ROOT

REQUIREMENTS = sorted((ROOT / "requirements").iterdir())
LOCKS = [*sorted((ROOT / "tests").glob("*/*/package-lock.json")), ROOT / "frontend" / "package-lock.json"]


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((INTEGRATION / "manifest.json").read_text())
    return content


def test_the_manifest_is_as_hassfest_wants_it(manifest: dict[str, Any]) -> None:
    first, *rest = [key for key in manifest if key != "name"]
    assert first == "domain"
    assert list(manifest)[1] == "name"
    assert rest == sorted(rest)
    assert manifest["domain"] == INTEGRATION.name
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest["version"])


def test_the_changelog_knows_the_version(manifest: dict[str, Any]) -> None:
    assert manifest["version"] in (ROOT / "CHANGELOG.md").read_text()


def test_the_planned_home_is_named_in_the_manifest_only(manifest: dict[str, Any]) -> None:
    home = manifest["documentation"].removeprefix("https://")
    texts = [*ROOT.glob("*.md"), *INTEGRATION.rglob("*.py"), *INTEGRATION.rglob("*.json"), ROOT / "hacs.json"]
    naming = {str(path.relative_to(ROOT)) for path in texts if home in path.read_text()}
    assert naming == {"custom_components/immich_syncthing/manifest.json"}


def test_the_marketplace_finds_one_integration_and_the_oldest_home_assistant() -> None:
    assert json.loads((ROOT / "hacs.json").read_text()) == {"name": "Immich Syncthing", "homeassistant": "2026.10.0"}
    packages = {path.parent.name for path in (ROOT / "custom_components").glob("*/manifest.json")}
    assert packages == {"immich_syncthing"}


@pytest.mark.parametrize(("name", "height"), [("icon", 256), ("icon@2x", 512), ("logo", 128), ("dark_logo", 128)])
def test_brand_images_have_the_size_that_home_assistant_asks_for(name: str, height: int) -> None:
    header = (INTEGRATION / "brand" / f"{name}.png").read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", header[16:])[1] == height


@pytest.mark.parametrize("path", [*REQUIREMENTS, *LOCKS], ids=lambda path: f"{path.parent.name}-{path.name}")
def test_pins_name_no_download_address(path: Path) -> None:
    assert re.findall(r"\w+://\S+|--(?:extra-)?index-url|--find-links", path.read_text()) == []


@pytest.mark.parametrize("path", [path for path in REQUIREMENTS if path.suffix == ".txt"], ids=lambda path: path.name)
def test_every_requirement_is_an_exact_pin_with_hashes(path: Path) -> None:
    entries = re.sub(r"\\\n", " ", path.read_text()).splitlines()
    pins = [entry for entry in entries if entry and not entry.lstrip().startswith("#")]
    assert pins
    assert [pin for pin in pins if not re.match(r"[\w.-]+==[\w.!+]+ .*--hash=sha256:", pin)] == []


def test_the_end_to_end_environment_holds_what_the_integration_requires(manifest: dict[str, Any]) -> None:
    pinned = {line.split("==")[0].lower() for line in (ROOT / "requirements" / "e2e.txt").read_text().splitlines()}
    required = {re.split(r"[<>=~! \[]", requirement)[0].lower() for requirement in manifest["requirements"]}
    assert required <= pinned
