"""A receiver of verdicts for the end-to-end tests: a program on the node, which pods reach at the node's address.

It refuses the first with 503 and takes what follows with 204. What it got is a line of JSON each in `--file`.
"""

import argparse
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


def make_handler(file: Path) -> type[BaseHTTPRequestHandler]:
    """The handler of requests that writes to this file."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            head = {name.lower(): value for name, value in self.headers.items()}
            before = file.read_text() if file.exists() else ""
            file.write_text(f"{before}{json.dumps({'head': head, 'body': body})}\n")
            self.send_response(204 if before else 503)
            self.end_headers()

    return Handler


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--file", type=Path, required=True)
    options = parser.parse_args()
    HTTPServer(("0.0.0.0", options.port), make_handler(options.file)).serve_forever()
