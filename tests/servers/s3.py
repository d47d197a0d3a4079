"""Two S3 servers that know nothing of each other, each a process of its own on loopback: ``moto`` and ``s3rver``.

Both want a key that they know. ``moto`` (Python) checks signatures, lists multipart uploads and aborts them; ``s3rver``
(node) does none of that.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config

from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings

from .processes import PATIENCE_S, allow_loopback, program, wait_for_port
from .syncthing import free_port

REGION = "eu-central-1"
AN_HOUR_LATER = Path(__file__).parent / "s3rver" / "an_hour_later.js"
EVERYTHING_IN_S3 = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'  # for the keeper
)


class S3Kind(StrEnum):
    MOTO = "moto"
    S3RVER = "s3rver"


@dataclass
class S3Server:
    """A running server. ``client`` is Amazon's own, for what a test wants to see or to do behind the store's back."""

    kind: S3Kind
    url: str
    access_key: str
    secret_key: str

    def __post_init__(self) -> None:
        self.client = _client("s3", self.url, self.access_key, self.secret_key)
        self._buckets = count()

    def new_bucket(self) -> str:
        """Make a bucket and return its name."""
        bucket = f"bucket-{os.getpid()}-{next(self._buckets)}"
        self.client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        return bucket

    def settings(self, bucket: str, *, prefix: str = "", url: str | None = None) -> StoreSettings:
        """Return the settings of a store in a bucket; ``url`` of a proxy that stands before the server."""
        return StoreSettings(
            StoreKind.S3,
            prefix=prefix,
            endpoint=url or self.url,
            region=REGION,
            bucket=bucket,
            access_key=self.access_key,
            secret_key=self.secret_key,
        )

    def keys(self, bucket: str) -> list[str]:
        """Return the keys of all objects."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [one["Key"] for page in pages for one in page.get("Contents", [])]

    def unfinished(self, bucket: str) -> list[str]:
        """Return the keys of multipart uploads that were neither completed nor aborted; ``moto`` only."""
        return [one["Key"] for one in self._uploads(bucket)]

    def parts_left(self, bucket: str) -> list[int]:
        """Return the sizes of all parts of such uploads; ``moto`` only."""
        return [
            part["Size"]
            for one in self._uploads(bucket)
            for part in self.client.list_parts(Bucket=bucket, Key=one["Key"], UploadId=one["UploadId"]).get("Parts", [])
        ]

    def _uploads(self, bucket: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
        return found


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Give one ``moto`` for all tests; each makes a bucket of its own."""
    allow_loopback()
    with serving(S3Kind.MOTO, tmp_path_factory.mktemp("moto")) as server:
        yield server


@pytest.fixture(scope="session")
def s3rver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Give one ``s3rver`` for all tests; each makes a bucket of its own."""
    allow_loopback()
    with serving(S3Kind.S3RVER, tmp_path_factory.mktemp("s3rver")) as server:
        yield server


@contextmanager
def serving(kind: S3Kind, home: Path, *, port: int | None = None, an_hour_later: bool = False) -> Iterator[S3Server]:
    """Run a server until the block ends. ``an_hour_later``: by its clock, if it is ``s3rver``.

    What ``s3rver`` was given outlives it in ``home``: another one on the same ``port`` is the same server again.
    """
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    if kind is S3Kind.S3RVER:
        command = [
            str(program("S3RVER")),
            "-d",
            str(home),
            "-a",
            "127.0.0.1",
            "-p",
            str(port),
            "-s",
            "--no-vhost-buckets",
        ]
    with (home / f"{kind}.log").open("w") as log:
        # s3rver makes the tokens of further pages with a cipher that only the old provider has.
        options = ["--openssl-legacy-provider", *(["--require", str(AN_HOUR_LATER)] if an_hour_later else [])]
        env = os.environ | {"NODE_OPTIONS": " ".join(options)}
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=env)
    try:
        wait_for_port(port, process)
        yield S3Server(kind, url, *(_keeper_of_moto(url) if kind is S3Kind.MOTO else ("S3RVER", "S3RVER")))
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _keeper_of_moto(url: str) -> tuple[str, str]:
    """Make the one user who may do everything; from then on ``moto`` refuses all others."""
    iam = _client("iam", url, "anybody", "anything")
    iam.create_user(UserName="keeper")
    iam.put_user_policy(UserName="keeper", PolicyName="everything", PolicyDocument=EVERYTHING_IN_S3)
    key = iam.create_access_key(UserName="keeper")["AccessKey"]
    begin = Request(f"{url}/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"})  # noqa: S310
    with urlopen(begin):  # noqa: S310 - loopback
        return key["AccessKeyId"], key["SecretAccessKey"]


def _client(service: str, url: str, access_key: str, secret_key: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(s3={"addressing_style": "path"}),
    )
