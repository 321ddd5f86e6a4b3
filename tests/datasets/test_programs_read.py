"""People's programs read a version from a really started server.

DuckDB reads addresses by an extension that it downloads from its own site: without that site it
reads the file once it is fetched, as the snippet on the page says. That a client which asks for
pieces gets them is shown by Arrow on a file that knows nothing but ranges, and by polars.
"""

import io
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from datasets import services
from projects.models import Project
from tests.live.test_real_server import free_port, server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


class Pieces(io.RawIOBase):
    """A file behind an address, of which only the pieces that are read are asked for."""

    def __init__(self, address: str) -> None:
        self.address = address
        head = urllib.request.urlopen(urllib.request.Request(address, method="HEAD"))
        self.size = int(head.headers["Content-Length"])
        assert head.headers["Accept-Ranges"] == "bytes"
        self.at = 0
        self.asked: list[tuple[int, int]] = []

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset + (0, self.at, self.size)[whence]
        return self.at

    def tell(self) -> int:
        return self.at

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), self.size - self.at)
        if count <= 0:
            return 0
        last = self.at + count - 1
        wish = urllib.request.Request(self.address, headers={"Range": f"bytes={self.at}-{last}"})
        with urllib.request.urlopen(wish) as answer:
            assert answer.status == 206
            data = answer.read()
        buffer[: len(data)] = data
        self.asked.append((self.at, len(data)))
        self.at += len(data)
        return len(data)


@pytest.fixture
def address(penguins: Project) -> Iterator[str]:
    services.take_snapshot(penguins)
    port = free_port()
    with server(port):
        yield f"http://127.0.0.1:{port}/p/{penguins.slug}/data/v1"


def test_programs_read_the_address(address: str, tmp_path: Path) -> None:
    import duckdb
    import pandas
    import polars
    import pyarrow.parquet as pq

    frame = pandas.read_parquet(f"{address}.parquet")
    assert (len(frame), frame["species"].nunique()) == (60, 1)
    lazily = polars.scan_parquet(f"{address}.parquet").select("_row", "island").collect()
    assert (lazily.shape, lazily["_row"].to_list()) == ((60, 2), list(range(1, 61)))
    pieces = Pieces(f"{address}.parquet")
    column = pq.ParquetFile(pieces).read(columns=["_row"])
    assert column.column("_row").to_pylist() == list(range(1, 61))
    assert pieces.asked
    fetched = tmp_path / "penguins.parquet"
    urllib.request.urlretrieve(f"{address}/data.parquet", fetched)
    counted = duckdb.sql(f"SELECT count(*) FROM '{fetched}'")
    assert counted is not None
    assert counted.fetchall() == [(60,)]
    assert len(pandas.read_csv(f"{address}.csv")) == 60
    assert len(pandas.read_json(f"{address}.jsonl", lines=True)) == 60
    urllib.request.urlretrieve(f"{address}.arrow", tmp_path / "penguins.arrow")
    assert len(pandas.read_feather(tmp_path / "penguins.arrow")) == 60
