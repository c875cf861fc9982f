"""The operator's program: settings and credentials are read, and the operator runs until it is told to stop."""

import asyncio
import os
import secrets
import socket
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import NoReturn

from interleaver.controller.cluster import credentials
from interleaver.controller.cluster.calls import Calls
from interleaver.controller.cluster.gateway import connect
from interleaver.controller.process.assembly import Operator, watch_signals
from interleaver.controller.process.leadership import Leadership, read_clock
from interleaver.controller.process.log_lines import write_logs
from interleaver.controller.settings import Settings, SettingsError, read_settings


def run() -> NoReturn:
    """Run the operator with the process's environment, and exit as `start` says."""
    sys.exit(start(os.environ))


def start(environment: Mapping[str, str]) -> int:
    """Run the operator until a signal ends it (0), its CRD goes (1), or a setting cannot be used (2)."""
    write_logs()
    try:
        return asyncio.run(operate(read_settings(environment)))
    except (SettingsError, credentials.NoCredentials) as error:
        sys.stderr.write(f"interleaver operator: {error}\n")
        return 2


async def operate(settings: Settings) -> int:
    """Operate with these settings; returns the exit code."""
    configuration = await credentials.load()
    stop = asyncio.Event()
    watch_signals(stop)
    timeout, calls = settings.leading.timeout, Calls()
    leases = await connect(configuration, replace(settings.requests, timeout=timeout, connect=timeout), calls=calls)
    leadership = Leadership(leases, settings.leading, name_oneself(), read_clock, lambda: datetime.now(UTC))
    cluster = await connect(configuration, settings.requests, leadership.is_leading, calls)
    try:
        return await Operator(settings, configuration, cluster, leadership, calls).run(stop)
    finally:
        await cluster.close()
        await leases.close()


def name_oneself() -> str:
    """A name that no other process has or had: of the pod, and random, for a pod's containers are started anew."""
    return f"{socket.gethostname()}_{secrets.token_hex(4)}"
