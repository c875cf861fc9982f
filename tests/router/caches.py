"""Real caching proxies before a router: Debian's nginx and Varnish."""

import socket
import subprocess
from pathlib import Path
from typing import Final

from tests import packages

from .ports import find_port
from .programs import Program, wait_until

# It caches whatever nothing forbids, for ten minutes, under the address alone, as many a shop's does.
NGINX: Final = """
user root;
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  proxy_cache_path {folder}/cache keys_zone=all:1m;
  proxy_temp_path {folder}/temp;
  client_body_temp_path {folder}/bodies;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{router};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_cache all;
      proxy_cache_key $request_uri;
      proxy_cache_valid 200 10m;
    }}
  }}
}}
"""


def install() -> None:
    """Have both, or skip the test, which is a failure where nothing may be skipped."""
    packages.install("nginx or no varnish", "nginx=nginx-light", "varnishd=varnish")


class Cache(Program):
    """One caching proxy before a router's port, with its files in `folder`."""

    def __init__(self, kind: str, folder: Path, router: int) -> None:
        super().__init__()
        self.kind = kind
        self.folder = folder
        self.router = router
        self.port = find_port()

    def start(self) -> "Cache":
        command = self.prepare_nginx() if self.kind == "nginx" else self.prepare_varnish()
        with (self.folder / "cache.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(self.is_listening, f"{self.kind} listens")
        return self

    def prepare_nginx(self) -> list[str]:
        file = self.folder / "nginx.conf"
        file.write_text(NGINX.format(folder=self.folder, port=self.port, router=self.router))
        return ["nginx", "-c", str(file), "-e", str(self.folder / "error.log")]

    def prepare_varnish(self) -> list[str]:
        """Its built-in rules, but that requests with any header are looked up: it keys by address and Host."""
        place = ["-n", str(self.folder / "varnish"), "-a", f"127.0.0.1:{self.port}", "-b", f"127.0.0.1:{self.router}"]
        return ["varnishd", "-F", "-j", "none", "-s", "malloc,16m", "-t", "600", *place]

    def is_listening(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """End it, and what it has started with it."""
        process, self.process = self.process, None
        if process is not None:
            process.terminate()
            process.wait(20)
