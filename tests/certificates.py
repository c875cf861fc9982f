"""A certificate authority of the tests' own."""

import subprocess
from pathlib import Path


def make_certificates(folder: Path, address: str) -> Path:
    """Write ca.crt, and redis.crt and redis.key for a server at an IP address, into `folder`; returns it."""
    names = f"-subj /CN=redis -addext subjectAltName=IP:{address}"
    for words in (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-authority -keyout ca.key -out ca.crt",
        f"req -newkey rsa:2048 -nodes {names} -keyout redis.key -out redis.csr",
        "x509 -req -in redis.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -copy_extensions copy -out redis.crt",
    ):
        subprocess.run(["openssl", *words.split()], cwd=folder, capture_output=True, check=True, timeout=60)
    return folder
