"""Configurations of nginx and Envoy: one worker, kept-alive connections, no access log, nothing else switched on."""

from pathlib import Path
from typing import Any, Final

from bench.scene import PATH

EXTENSIONS: Final = "type.googleapis.com/envoy.extensions.filters"


def make_nginx(folder: Path, port: int, champion: str, mirrored: str | None) -> str:
    """A proxy of the champion; with `mirrored` every request goes to that model too, whose answer is dropped."""
    upstreams = make_upstream("champion", champion)
    mirror = mirrored_to = ""
    if mirrored is not None:
        upstreams += make_upstream("candidate", mirrored)
        mirror = "mirror /mirror;"
        mirrored_to = f"location = /mirror {{ internal; proxy_pass http://candidate{PATH}; }}"
    server = f"""
      listen 127.0.0.1:{port};
      location / {{ proxy_pass http://champion; {mirror} }}
      {mirrored_to}
    """
    proxy = 'proxy_http_version 1.1; proxy_set_header Connection "";'
    return wrap(folder, f"{upstreams} {proxy} server {{ {server} }}")


def make_models(folder: Path, answers: dict[int, bytes]) -> str:
    """Models that answer every request with the same bytes, by port."""
    # The answers hold neither quotes of this kind nor dollars, which nginx would read.
    servers = [
        f"server {{ listen 127.0.0.1:{port}; location / {{ return 200 '{answer.decode()}'; }} }}"
        for port, answer in answers.items()
    ]
    return wrap(folder, "default_type application/json; " + "\n".join(servers))


def make_upstream(name: str, url: str) -> str:
    host = url.removeprefix("http://")
    return f"upstream {name} {{ server {host}; keepalive 256; keepalive_requests 1000000000; }}\n"


def wrap(folder: Path, http: str) -> str:
    """A whole configuration that writes nowhere but into `folder`."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    return f"""
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr warn;
events {{ worker_connections 8192; }}
http {{ access_log off; keepalive_requests 1000000000; {paths} {http} }}
"""


def make_envoy(port: int, champion: str) -> dict[str, Any]:
    """A proxy of the champion."""
    host, _, champion_port = champion.removeprefix("http://").rpartition(":")
    manager = {
        "@type": f"{EXTENSIONS}.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "bench",
        "route_config": {
            "virtual_hosts": [
                {
                    "name": "all",
                    "domains": ["*"],
                    "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "champion"}}],
                }
            ]
        },
        "http_filters": [
            {
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": f"{EXTENSIONS}.http.router.v3.Router"},
            }
        ],
    }
    filters = [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]
    endpoint = {"endpoint": {"address": make_address(host, int(champion_port))}}
    return {
        "static_resources": {
            "listeners": [{"address": make_address("127.0.0.1", port), "filter_chains": [{"filters": filters}]}],
            "clusters": [
                {
                    "name": "champion",
                    "type": "STATIC",
                    "load_assignment": {"cluster_name": "champion", "endpoints": [{"lb_endpoints": [endpoint]}]},
                }
            ],
        }
    }


def make_address(host: str, port: int) -> dict[str, Any]:
    return {"socket_address": {"address": host, "port_value": port}}
