"""A model server: POST /score tells how likely the digit in a picture is even.

    {"picture": "<PNG as base64>"} -> {"even": 0.93}

HTTP/1.1 with keep-alive on the standard library; one thread a connection. GET /healthz says that the model is loaded.
"""

import argparse
import base64
import binascii
import io
import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import joblib
from PIL import Image, UnidentifiedImageError

from demo.lab.digits import read_pixels

BODY_LIMIT: Final = 64 * 1024  # bytes; a picture takes 300


class Refusal(Exception):
    """A request that gets an error as its answer."""


def score(model: Any, body: bytes) -> float:
    """How likely the digit is even, by a fitted classifier. Raises Refusal for what holds no picture."""
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(json.loads(body)["picture"], validate=True)))
        pixels = read_pixels(picture)
    except (ValueError, TypeError, KeyError, binascii.Error, UnidentifiedImageError) as error:
        raise Refusal(f"the body must hold a picture as base64 at /picture: {error}") from None
    return float(model.predict_proba(pixels)[0, 1])


class Handler(BaseHTTPRequestHandler):
    """Answers one connection's requests."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes
    model: Any

    def do_GET(self) -> None:
        self.answer(HTTPStatus.OK if self.path == "/healthz" else HTTPStatus.NOT_FOUND, {"status": "ok"})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        if self.path != "/score" or length > BODY_LIMIT:
            self.close_connection = True  # the body was not read
            return self.answer(HTTPStatus.NOT_FOUND, {"error": f"there is POST /score, up to {BODY_LIMIT} bytes"})
        try:
            self.answer(HTTPStatus.OK, {"even": score(self.model, self.rfile.read(length))})
        except Refusal as refusal:
            self.answer(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": str(refusal)})

    def answer(self, status: HTTPStatus, document: dict[str, object]) -> None:
        """Status and JSON body."""
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a line a request would be noise."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="what digits.py wrote for this model")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    arguments = parser.parse_args()
    handler = type("Loaded", (Handler,), {"model": joblib.load(arguments.model)})
    server = ThreadingHTTPServer((arguments.host, arguments.port), handler)
    print(json.dumps({"event": "serving", "port": server.server_address[1]}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
