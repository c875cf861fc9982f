"""Asking Prometheus: only where the operator's own settings allow it, with a token from a Secret that is meant for it.

Whoever may write an experiment must not be able to send any Secret of the namespace to any address: hence the list of
addresses, the label, and no redirects. The token appears in no log line, message or error.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from interleaver.api import conditions, names
from interleaver.api.experiment import Experiment
from interleaver.api.observed import Answer, Inquiry
from interleaver.api.v1alpha1 import SecretKey
from interleaver.controller.cluster.answers import read_up_to
from interleaver.controller.cluster.gateway import Cluster
from interleaver.controller.observing.sessions import PLAIN, open_session
from interleaver.controller.secrets.named_secret import Unusable, is_word, read_named
from interleaver.controller.settings import PROMETHEUS_ADDRESSES, Asking
from interleaver.experiment.guardrails.answer import find_nothing, read_answer
from interleaver.experiment.guardrails.queries import Questions, list_questions

PATH: Final = "/api/v1/query"  # of an instant query, below the address


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
        except Unusable as found:
            nothing = find_nothing(found.message)
            return Inquiry(dict.fromkeys(questions.queries, nothing), found.reason, found.message)
        return Inquiry(await ask_all(questions, token, self.settings) if looking else {})

    async def _token(self, cluster: Cluster, namespace: str, reference: SecretKey | None) -> str | None:
        if reference is None:
            return None
        where = "spec.prometheus.authSecretRef"
        token = await read_named(cluster, namespace, reference, names.USE_PROMETHEUS, where)
        if not is_word(token):
            raise Unusable.of_secret(reference, where, f"holds no bearer token at {reference.key!r}")
        return token


def check_address(address: str, settings: Asking) -> None:
    """Raises Unusable unless the settings allow the address, which must be the same but for a slash at its end."""
    if address.rstrip("/") not in settings.addresses:
        message = f"spec.prometheus.address {address} is not among those that the operator may ask: add it to its "
        raise Unusable(conditions.PROMETHEUS_NOT_ALLOWED, message + f"setting {PROMETHEUS_ADDRESSES}, or ask another")


async def ask_all(questions: Questions, token: str | None, settings: Asking) -> dict[str, Answer]:
    """The answer to each query, asked at once, by the guardrail's name."""
    headers = PLAIN | ({"Authorization": f"Bearer {token}"} if token else {})
    async with open_session(settings.timeout, settings.parallel, headers) as session:
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
            body = await read_up_to(response, settings.limit)
            if body is None:
                raise ValueError(f"more than {settings.limit} bytes: the query must give one number")
            return read_answer(body)
    except TimeoutError:
        return find_nothing(f"no answer within {settings.timeout:g} s")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return find_nothing(f"{type(error).__name__}: {error}")
