"""Asking Prometheus: only where the operator's own settings allow it, with a token from a Secret that is meant for it.

Whoever may write an experiment must not be able to send any Secret of the namespace to any address: hence the list of
addresses, the label, and no redirects. The token appears in no log line, message or error.
"""

import asyncio
import binascii
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from interleaver.api import conditions, names
from interleaver.api.experiment import Experiment
from interleaver.api.observed import Answer, Inquiry
from interleaver.api.v1alpha1 import SecretKey
from interleaver.controller.cluster import Cluster, ClusterError, Manifest
from interleaver.controller.settings import PROMETHEUS_ADDRESSES, Asking
from interleaver.experiment.answer import find_nothing, read_answer
from interleaver.experiment.queries import Questions, list_questions

PATH: Final = "/api/v1/query"  # of an instant query, below the address


class Refused(Exception):
    """Prometheus may not be asked: a reason in one word, and what to do."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


@dataclass(frozen=True)
class Inquirer:
    """Asks what an experiment wants to know."""

    settings: Asking = field(default_factory=Asking)

    async def inquire(self, cluster: Cluster, experiment: Experiment, looking: bool) -> Inquiry:
        """What came of it. Queries are sent only at a look; whether they may be is checked at every visit, so that the
        condition that says so stays. Raises ClusterError when the Secret cannot be read for a passing reason."""
        questions = list_questions(experiment)
        if questions is None:
            return Inquiry()
        try:
            check_address(questions.prometheus.address, self.settings)
            token = await self._token(cluster, experiment.metadata.namespace, questions.prometheus.auth_secret_ref)
        except Refused as refused:
            nothing = find_nothing(refused.message)
            return Inquiry(dict.fromkeys(questions.queries, nothing), refused.reason, refused.message)
        return Inquiry(await ask_all(questions, token, self.settings) if looking else {})

    async def _token(self, cluster: Cluster, namespace: str, reference: SecretKey | None) -> str | None:
        if reference is None:
            return None
        try:
            secret = await cluster.get("Secret", namespace, reference.name)
        except ClusterError as error:
            if error.code != 403:
                raise
            raise _refuse(reference, "cannot be read: grant the operator the right to get it") from None
        return read_token(secret, reference)


def check_address(address: str, settings: Asking) -> None:
    """Raises Refused unless the settings allow the address, which must be the same but for a slash at its end."""
    if address.rstrip("/") not in settings.addresses:
        message = f"spec.prometheus.address {address} is not among those that the operator may ask: add it to its "
        raise Refused(conditions.PROMETHEUS_NOT_ALLOWED, message + f"setting {PROMETHEUS_ADDRESSES}, or ask another")


def read_token(secret: Manifest | None, reference: SecretKey) -> str:
    """The bearer token in a Secret. Raises Refused when there is none, or when it is not meant for Prometheus."""
    if secret is None:
        raise _refuse(reference, "does not exist: create it")
    if (secret["metadata"].get("labels") or {}).get(names.LABEL_USE) != names.USE_PROMETHEUS:
        raise _refuse(reference, f"is not meant for it: label it {names.LABEL_USE}={names.USE_PROMETHEUS}")
    try:
        token = b64decode((secret.get("data") or {})[reference.key]).decode("ascii").strip()
    except KeyError:
        raise _refuse(reference, f"has no key {reference.key!r}") from None
    except (binascii.Error, UnicodeDecodeError):
        token = ""
    if not token or not token.isprintable() or " " in token:
        raise _refuse(reference, f"holds no bearer token at {reference.key!r}")
    return token


def _refuse(reference: SecretKey, words: str) -> Refused:
    return Refused(conditions.SECRET_NOT_USABLE, f"Secret {reference.name!r} of spec.prometheus.authSecretRef {words}")


async def ask_all(questions: Questions, token: str | None, settings: Asking) -> dict[str, Answer]:
    """The answer to each query, asked at once, by the guardrail's name."""
    timeout = aiohttp.ClientTimeout(total=settings.timeout)
    # A compressed body would be as long as it likes once it is unpacked; nobody asked for one, so it is no answer.
    headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {token}"} if token else {})
    connector = aiohttp.TCPConnector(force_close=True, limit=settings.parallel)
    async with aiohttp.ClientSession(
        timeout=timeout, connector=connector, headers=headers, trust_env=False, auto_decompress=False
    ) as session:
        url = questions.prometheus.address.rstrip("/") + PATH
        answers = await asyncio.gather(*(ask(session, url, query, settings) for query in questions.queries.values()))
    return dict(zip(questions.queries, answers, strict=True))


async def ask(session: aiohttp.ClientSession, url: str, query: str, settings: Asking) -> Answer:
    """The answer to one query; a failure of any kind is no data."""
    form = {"query": query, "timeout": f"{settings.timeout:.0f}s"}
    try:
        async with session.post(url, data=form, allow_redirects=False) as response:
            if response.status != 200:
                return find_nothing(f"HTTP status {response.status}")
            return read_answer(await read_bounded(response, settings.limit))
    except TimeoutError:
        return find_nothing(f"no answer within {settings.timeout:g} s")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return find_nothing(f"{type(error).__name__}: {error}")


async def read_bounded(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body. Raises ValueError when it is longer than `limit` bytes."""
    body = b""
    async for chunk in response.content.iter_chunked(limit):
        body += chunk
        if len(body) > limit:
            raise ValueError(f"more than {limit} bytes: the query must give one number")
    return body
