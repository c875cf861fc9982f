"""The two engines on which logs are read: DuckDB in this process, or a Spark that outgrows it.

They read the same lines into the same columns, and hand out Arrow tables. What is asked of them is one expression.
Results never pass through pandas, whose integers become floats where one is missing.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from interleaver.lab.production.lines import FIELDS, SLOT
from interleaver.lab.terms.unusable import Unusable

WANTED: Final = (
    "duckdb, spark (the master that Spark's own settings name, or this machine), spark://HOST:PORT or local[N]"
)
SPARK_TYPES: Final = {"VARCHAR": "STRING"}
SPARK_SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",  # a line that is no JSON is a row of nulls, as in DuckDB
    "spark.ui.showConsoleProgress": "false",
}
# A Spark of our own on this machine serves nobody else, and shows nobody anything.
LOCAL_SETTINGS: Final = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
}


class Engine:
    """What reads logs."""

    def read(self, paths: Sequence[str]) -> Any:
        """The lines of files as a table of Ibis."""
        raise NotImplementedError

    def keep(self, name: str, table: Any) -> Any:
        """The table, worked out once for all that is asked of it."""
        raise NotImplementedError

    def collect(self, table: Any) -> pa.Table:
        """The rows of a table."""
        raise NotImplementedError

    def close(self) -> None:
        """Give back what was taken for it."""


class DuckEngine(Engine):
    """DuckDB in this process. What does not fit into memory goes to a folder of its own."""

    def __init__(self) -> None:
        import ibis

        self.spill = tempfile.TemporaryDirectory(prefix="interleaver-lab-")
        self.connection = ibis.duckdb.connect(temp_directory=self.spill.name)

    def read(self, paths: Sequence[str]) -> Any:
        slot = ", ".join(f"{name} {kind}" for name, kind in SLOT.items())
        columns = FIELDS | {"slots": f"STRUCT({slot})[]"}
        return self.connection.read_json(list(paths), columns=columns, format="newline_delimited", ignore_errors=True)

    def keep(self, name: str, table: Any) -> Any:
        self.connection.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {self.connection.compile(table)}")
        return self.connection.table(name)

    def collect(self, table: Any) -> pa.Table:
        return self.connection.con.sql(self.connection.compile(table)).to_arrow_table()

    def close(self) -> None:
        self.connection.disconnect()
        self.spill.cleanup()


class SparkEngine(Engine):
    """A Spark session: the one that is there, or one of this master."""

    def __init__(self, master: str) -> None:
        # Spark starts its workers with whatever `python3` is otherwise.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        try:
            import ibis
            from pyspark.errors import PySparkRuntimeError
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise Unusable("--engine", f"{error.name} is not installed", "install interleaver[lab-spark]") from None
        there = SparkSession.getActiveSession() is not None
        builder = SparkSession.builder.appName("interleaver lab build")
        local = LOCAL_SETTINGS if master.startswith("local") else {}
        for name, value in (SPARK_SETTINGS | local).items():
            builder = builder.config(name, value)
        try:
            self.session = (builder.master(master) if master else builder).getOrCreate()
        except (PySparkRuntimeError, OSError) as error:
            words = str(error).strip().splitlines()[0]
            raise Unusable("--engine", f"Spark does not start: {words}", "it needs Java 17 or 21 (JAVA_HOME)") from None
        self.is_ours = not there
        self.session.sparkContext.setLogLevel("ERROR")
        self.connection = ibis.pyspark.connect(self.session)

    def read(self, paths: Sequence[str]) -> Any:
        fields = {name: SPARK_TYPES.get(kind, kind) for name, kind in FIELDS.items()}
        slot = ", ".join(f"{name}: {SPARK_TYPES.get(kind, kind)}" for name, kind in SLOT.items())
        schema = ", ".join(f"{name} {kind}" for name, kind in fields.items()) + f", slots ARRAY<STRUCT<{slot}>>"
        self.session.read.schema(schema).json(list(paths)).createOrReplaceTempView("interleaver_lines")
        return self.connection.table("interleaver_lines")

    def keep(self, name: str, table: Any) -> Any:
        self.session.sql(self.connection.compile(table)).cache().createOrReplaceTempView(f"interleaver_{name}")
        return self.connection.table(f"interleaver_{name}")

    def collect(self, table: Any) -> pa.Table:
        return self.session.sql(self.connection.compile(table)).toArrow()

    def close(self) -> None:
        if self.is_ours:
            self.session.stop()


def open_engine(name: str) -> Engine:
    """The engine of this name. Raises Unusable."""
    if name == "duckdb":
        return DuckEngine()
    if name == "spark":
        return SparkEngine("")
    if name.startswith(("spark://", "local[")) or name == "local":
        return SparkEngine(name)
    raise Unusable("--engine", repr(name), WANTED)


def find_logs(logs: Sequence[str]) -> list[str]:
    """The files that are meant: of a folder, all logs in it. Raises Unusable for one that is not there.

    What has a scheme, such as s3://, is for the engine to find.
    """
    return [path for log in logs for path in ([log] if "://" in log else list_files(Path(log)))]


def list_files(path: Path) -> list[str]:
    """A file, or the logs in a folder."""
    if path.is_dir():
        files = sorted(str(each) for each in path.rglob("*") if each.name.endswith((".jsonl", ".jsonl.gz")))
        if not files:
            raise Unusable(str(path), "holds no log", "files of routers end in .jsonl, or .jsonl.gz")
        return files
    if not path.is_file():
        raise Unusable(str(path), "is not there", "name files that routers wrote, or folders with them")
    return [str(path)]
