"""Azurite, Microsoft's own stand-in for Azure Blob Storage, a process of its own on loopback. It checks signatures."""

import base64
import hashlib
import hmac
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import count
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from xml.etree import ElementTree as ET

import pytest

from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings

from .processes import PATIENCE_S, allow_loopback, program, wait_for_port
from .syncthing import free_port

ACCOUNT = "photos"
KEY = base64.b64encode(b"a key that only tests have, and nobody else").decode()
VERSION = "2021-12-02"
"""Of Azure's API, as this asks; ``obstore`` names one of its own."""


@dataclass
class AzureServer:
    """A running server. What a test wants to do behind the store's back is asked of it directly."""

    url: str
    _containers: Iterator[int] = field(default_factory=count)

    def new_bucket(self) -> str:
        """Make a container and return its name."""
        container = f"container-{os.getpid()}-{next(self._containers)}"
        self._ask("PUT", container, {"restype": "container"})
        return container

    def settings(self, bucket: str, *, prefix: str = "", url: str | None = None) -> StoreSettings:
        """Return the settings of a store in a container; ``url`` of a proxy that stands before the server."""
        return StoreSettings(
            StoreKind.AZURE,
            prefix=prefix,
            endpoint=f"{url or self.url}/{ACCOUNT}",
            bucket=bucket,
            account=ACCOUNT,
            account_key=KEY,
        )

    def keys(self, bucket: str) -> list[str]:
        """Return the keys of all objects, at most 5000."""
        return self._listed(bucket, {})

    def unfinished(self, bucket: str) -> list[str]:
        """Return the keys under which nothing but parts lies."""
        return sorted({*self._listed(bucket, {"include": "uncommittedblobs"})} - {*self.keys(bucket)})

    def _listed(self, bucket: str, more: dict[str, str]) -> list[str]:
        answer = self._ask("GET", bucket, {"restype": "container", "comp": "list", **more})
        return [name.text or "" for name in ET.fromstring(answer).iterfind("Blobs/Blob/Name")]  # noqa: S314 - of our own

    def _ask(self, method: str, container: str, query: dict[str, str]) -> bytes:
        """Ask with the account's key: https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key."""
        headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": VERSION}
        # Nothing is said of the body, by any of its eleven headers.
        lines = [method, *[""] * 11, *(f"{name}:{value}" for name, value in sorted(headers.items()))]
        lines += [f"/{ACCOUNT}/{ACCOUNT}/{container}", *(f"{name}:{value}" for name, value in sorted(query.items()))]
        signature = hmac.digest(base64.b64decode(KEY), "\n".join(lines).encode(), hashlib.sha256)
        headers["Authorization"] = f"SharedKey {ACCOUNT}:{base64.b64encode(signature).decode()}"
        url = f"{self.url}/{ACCOUNT}/{container}?{urlencode(query)}"
        with urlopen(Request(url, method=method, headers=headers)) as answer:  # noqa: S310 - loopback
            body: bytes = answer.read()
            return body


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureServer]:
    """Give one server for all tests; each makes a container of its own."""
    allow_loopback()
    with serving(tmp_path_factory.mktemp("azurite")) as server:
        yield server


@contextmanager
def serving(home: Path) -> Iterator[AzureServer]:
    """Run a server until the block ends; what it was given lies in ``home``."""
    port = free_port()
    command = [str(program("AZURITE")), "--location", str(home), "--blobHost", "127.0.0.1", "--blobPort", str(port)]
    # obstore's version of the API may be newer than what azurite knows by name.
    command += ["--skipApiVersionCheck", "--disableTelemetry", "--silent"]
    with (home / "azurite.log").open("w") as log:
        env = os.environ | {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"}
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=env)
    try:
        wait_for_port(port, process)
        yield AzureServer(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
