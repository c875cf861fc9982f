"""One attempt to tell the receiver of a verdict: a request that is bounded in all it does, and what came of it."""

import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

import aiohttp

from interleaver.api.observed import Attempt
from interleaver.controller.observing.sessions import PLAIN, open_session
from interleaver.controller.telling.signature import sign
from interleaver.controller.telling.webhook import NotUsable, Receiver, Webhook

CONTENT: Final = "application/cloudevents+json; charset=UTF-8"  # structured mode: all of the event is in what is signed
AGENT: Final = "interleaver-operator"
# The receiver has read the event and will not have it, and the next time it would be the same.
REFUSALS: Final = (400, 410, 413, 415, 422)


async def deliver(webhook: Webhook, id_: str, event: Mapping[str, Any], now: float, seconds: float) -> Attempt:
    """Tell the receiver once, within so many seconds. `now` is Unix time. A failure of any kind is an outcome."""
    try:
        return await post(webhook.read(), id_, write_body(event), now, seconds)
    except NotUsable as error:
        return Attempt(id_, "Failed", str(error))
    except TimeoutError:
        return Attempt(id_, "Failed", f"no answer within {seconds:g} s")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        # The error's own words may quote the address, which may have a token in it.
        return Attempt(id_, "Failed", f"it cannot be reached ({type(error).__name__})")


def write_body(event: Mapping[str, Any]) -> bytes:
    """The same bytes in every attempt: the API server keeps no order of keys."""
    return json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


async def post(receiver: Receiver, id_: str, body: bytes, now: float, seconds: float) -> Attempt:
    """Send it. Of the answer the head alone is read, and no redirect is followed: who signs knows whom he speaks to."""
    headers = PLAIN | {"Content-Type": CONTENT, "User-Agent": AGENT} | sign(receiver.keys, id_, int(now), body)
    secured = receiver.authority if receiver.authority is not None else True
    async with (
        open_session(seconds, 1, headers) as session,
        session.post(receiver.url, data=body, allow_redirects=False, ssl=secured) as response,
    ):
        return judge(id_, response.status, response.headers.get("Retry-After", ""), now)


def judge(id_: str, status: int, retry_after: str, now: float) -> Attempt:
    """What an answer means."""
    if 200 <= status < 300:
        return Attempt(id_, "Delivered")
    words = f"HTTP status {status}{name_status(status)}"
    if status in REFUSALS:
        return Attempt(id_, "Refused", f"{words}, by which it refuses the event for good")
    if 300 <= status < 400:
        words += ", and redirects are not followed: give the webhook the address that it leads to"
    return Attempt(id_, "Failed", words, read_wait(retry_after, now))


def name_status(status: int) -> str:
    """The standard's words for a status, for the receiver's own may say anything."""
    return f" {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else ""


def read_wait(text: str, now: float) -> float:
    """Seconds that Retry-After asks for, which may be a number or a date; 0 when it says neither."""
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text[:64]).timestamp() - now)
    except (ValueError, OverflowError):
        return 0.0
