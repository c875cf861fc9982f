"""The operator's program: settings and credentials are read, and the operator runs until it is told to stop."""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Mapping
from typing import NoReturn

from interleaver.controller.cluster import credentials
from interleaver.controller.cluster.gateway import connect
from interleaver.controller.process import handlers
from interleaver.controller.process.assembly import Operator, watch_signals
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


def write_logs() -> None:
    """One line per event on standard error, in UTC."""
    line = "time=%(asctime)s.%(msecs)03dZ level=%(levelname)s logger=%(name)s %(message)s"
    formatter = logging.Formatter(line, datefmt="%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    handlers.quieten()


async def operate(settings: Settings) -> int:
    """Operate with these settings; returns the exit code."""
    configuration = await credentials.load()
    stop = asyncio.Event()
    watch_signals(stop)
    cluster = await connect(configuration, settings.requests)
    try:
        return await Operator(settings, configuration, cluster).run(stop)
    finally:
        await cluster.close()
