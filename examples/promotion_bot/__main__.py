"""Serve: `python -m promotion_bot`, configured by its environment."""

import logging
import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Final

from .bot import Bot
from .repository import Repository
from .signature import read_keys

LONGEST: Final = 1 << 16  # bytes of a body; an event has about 3,000
SILENCE: Final = 10  # seconds that a client may say nothing


def serve(bot: Bot, host: str, port: int) -> HTTPServer:
    """A server for the bot, which takes one request after the other: two would race for one branch."""

    class Handler(BaseHTTPRequestHandler):
        timeout = SILENCE

        def do_GET(self) -> None:
            self.answer(200, "ok")

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length") or ""
            if not length.isdigit() or int(length) > LONGEST:
                self.answer(413, "give a body with a length, and a short one")
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, words = bot.take(headers, self.rfile.read(int(length)), time.time())
            logging.info("event=%s status=%s %s", headers.get("webhook-id"), status, words)
            self.answer(status, words)

        def answer(self, status: int, words: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"{words}\n".encode())

        def log_message(self, format: str, *args: object) -> None:
            """Events are logged; probes are not."""

    return HTTPServer((host, port), Handler)


def main() -> None:
    """Serve until the process is ended."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    settings = os.environ
    keys = read_keys(Path(settings["BOT_KEYS_FILE"]).read_text())
    repository = Repository(settings["BOT_REPOSITORY"], settings.get("BOT_BASE", "main"))
    bot = Bot(keys, repository, settings.get("BOT_HOOK", ""))
    with serve(bot, settings.get("BOT_HOST", "0.0.0.0"), int(settings.get("BOT_PORT", "8080"))) as server:
        logging.info("listening port=%s repository=%s", server.server_address[1], repository.base)
        server.serve_forever()


if __name__ == "__main__":
    main()
