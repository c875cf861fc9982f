"""What is measured, and how each is started."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.compiled import find_package
from bench.router.check import Kind
from bench.router.proxies import make_envoy, make_nginx
from bench.scene import write_scene

ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a target is started: its ports, its models' URLs, the candidate's deadline, and two folders."""

    port: int
    admin_port: int
    champion: str
    candidate: str
    milliseconds: int
    folder: Path  # its own, for configurations and logs
    cache: Path  # with the bench's venv and programs


Command = Callable[[Place], list[str]]


@dataclass(frozen=True, slots=True)
class Target:
    """One row: its name, what it is in words, what it answers, and its command; None is the model itself."""

    name: str
    words: str
    kind: Kind
    command: Command | None
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def calls_candidate(self) -> bool:
        return self.kind is not Kind.PLAIN or self.name == MIRROR


FLOOR: Final = "floor"
NGINX: Final = "nginx"
MIRROR: Final = "nginx-mirror"
OURS: Final = "interleaver"
OURS_CHAMPION: Final = "interleaver-champion"


def start_nginx(place: Place, mirror: bool) -> list[str]:
    path = place.folder / "nginx.conf"
    path.write_text(make_nginx(place.folder, place.port, place.champion, place.candidate if mirror else None))
    return ["nginx", "-c", str(path), "-p", str(place.folder), "-e", "stderr"]


def start_envoy(place: Place) -> list[str]:
    path = place.folder / "envoy.json"
    path.write_text(json.dumps(make_envoy(place.port, place.champion)))
    options = ["--concurrency", "1", "--log-level", "warning", "--disable-hot-restart"]
    return [str(place.cache / "venv/bin/envoy"), "-c", str(path), *options]


def start_fan(place: Place, idle: int) -> list[str]:
    options = ["-port", str(place.port), "-idle", str(idle)]
    return [str(place.cache / "fan"), *options, place.champion, place.candidate]


def start_python(place: Place, program: str) -> list[str]:
    module = f"bench.router.others.{program}"
    arguments = [str(place.port), place.champion, place.candidate, str(place.milliseconds / 1000)]
    return [str(place.cache / "venv/bin/python"), "-m", module, *arguments]


def start_ours(place: Place, percent: int) -> list[str]:
    config = write_scene(place.folder, place.champion, place.candidate, percent, place.milliseconds)
    options = ["--config", str(config), "--host", "127.0.0.1", "--port", str(place.port)]
    own = ["--admin-port", str(place.admin_port), "--model", place.champion, "--revision-hash", "aaaaaa"]
    return ["env", f"PYTHONPATH={find_package()}", sys.executable, "-m", "interleaver", "router", *options, *own]


OTHERS: Final = {"PYTHONPATH": str(ROOT)}
TARGETS: Final = (
    Target(FLOOR, "the model alone", Kind.PLAIN, None),
    Target(NGINX, "nginx, proxy of one model", Kind.PLAIN, lambda place: start_nginx(place, False)),
    Target(MIRROR, "nginx, proxy and mirror", Kind.PLAIN, lambda place: start_nginx(place, True)),
    Target("envoy", "Envoy, proxy of one model", Kind.PLAIN, start_envoy),
    Target("go", "Go router, net/http as it comes", Kind.COLLECTED, lambda place: start_fan(place, 2)),
    Target("go-tuned", "Go router, connections kept", Kind.COLLECTED, lambda place: start_fan(place, 256)),
    Target(
        "uvicorn",
        "uvicorn + aiohttp's client",
        Kind.MERGED,
        lambda place: start_python(place, "uvicorn_aiohttp"),
        OTHERS,
    ),
    Target("aiohttp", "aiohttp on both sides", Kind.MERGED, lambda place: start_python(place, "aiohttp_alone"), OTHERS),
    Target("httpx", "uvicorn + httpx", Kind.MERGED, lambda place: start_python(place, "uvicorn_httpx"), OTHERS),
    Target(OURS, "**interleaver**, interleaving", Kind.MERGED, lambda place: start_ours(place, 100)),
    Target(OURS_CHAMPION, "**interleaver**, champion-only", Kind.PLAIN, lambda place: start_ours(place, 0)),
)
BY_NAME: Final = {target.name: target for target in TARGETS}
