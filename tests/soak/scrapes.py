"""What routers show, read as the operator reads it: raw counters, folded over all that came and went."""

import re
import threading
import time
from collections import Counter
from typing import Final

from interleaver.experiment.counters import Sample, fold
from interleaver.experiment.counting.exposition import Scrape, read_metrics
from interleaver.experiment.counting.ledger import Ledger
from interleaver.experiment.counting.store import leave_out_shared
from tests.soak.programs import Replica
from tests.soak.settings import RUN

EXTRA: Final = re.compile(
    r"^(interleaver_(?:breaker_opened_total|config_rejected_total|event_loop_lag_seconds_bucket\{le=.*\}"
    r"|request_seconds_bucket\{.*\}|refusals_total\{.*\}|store_buffered)) (\d+)$",
    re.MULTILINE,
)


class Scrapes:
    """The operator's ledger, and the last text of every router for the rest."""

    def __init__(self) -> None:
        self.lock = threading.Lock()  # a reading that is folded after a later one looks like a restart
        self.ledger = Ledger()
        self.samples: dict[str, Sample] = {}  # of the routers that there are
        self.leaving: set[str] = set()  # routers that are being terminated
        self.gaps: list[str] = []
        self.read_at: dict[str, float] = {}  # when the last reading of each router began
        self.written_at: dict[str, float] = {}  # when the last one began that showed nothing waiting for the store
        self.extra: dict[str, Counter[str]] = {}  # by router, the last that it showed
        self.most_buffered = 0

    def read(self, replica: Replica) -> Scrape:
        """Read one router. Raises OSError and EOFError for one that is gone."""
        with self.lock:
            began = time.monotonic()
            text = replica.show()
            scrape = read_metrics(text, RUN)
            self.take(replica.name, scrape, text, began)
        return scrape

    def take(self, name: str, scrape: Scrape, text: str, began: float) -> None:
        """Fold a reading."""
        counts = leave_out_shared(scrape.counts) if scrape.store is not None else dict(scrape.counts)
        extra = Counter({metric: int(value) for metric, value in EXTRA.findall(text)})
        self.samples[name] = Sample(name, scrape.start, counts, name in self.leaving)
        self.extra[name], self.read_at[name] = extra, began
        if not extra["interleaver_store_buffered"]:
            self.written_at[name] = began
        self.most_buffered = max(self.most_buffered, extra["interleaver_store_buffered"])
        self.ledger = fold(self.ledger, self.samples.values(), [scrape.store] if scrape.store else [])
        self.gaps += [f"{gap.pod}: {gap.reason}" for gap in self.ledger.gaps]

    def forget(self, live: set[str]) -> None:
        """The routers that are gone, but for these."""
        with self.lock:
            self.samples = {name: sample for name, sample in self.samples.items() if name in live}
            self.ledger = fold(self.ledger, self.samples.values())
            self.gaps += [f"{gap.pod}: {gap.reason}" for gap in self.ledger.gaps]

    def sum_extra(self) -> Counter[str]:
        """What all routers showed last, added up."""
        with self.lock:
            return sum(self.extra.values(), Counter())
