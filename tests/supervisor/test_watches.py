"""What counts as wedged, and what does not."""

import http.server
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from crowdcontrolled.supervisor import health
from crowdcontrolled.supervisor.health import BeatWatch, WebWatch

SIGN = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    """A monotonic clock in the test's hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(health, "time", clock)
    return clock


class TestBeats:
    def test_a_moving_sign_is_fine_however_the_wall_clock_goes(self, clock):
        watch = BeatWatch()
        for step in range(100):
            clock.now += 10
            watch.saw(SIGN + timedelta(hours=step % 7 - step))
        assert watch.complaint() == ""

    def test_a_sign_that_stands_still_for_45_seconds_is_a_wedge(self, clock):
        watch = BeatWatch()
        watch.saw(SIGN)
        watch.saw(SIGN + timedelta(seconds=1))
        clock.now += 45
        watch.saw(SIGN + timedelta(seconds=1))
        assert watch.complaint() == ""
        clock.now += 1
        watch.saw(SIGN + timedelta(seconds=1))
        assert watch.complaint() == "no sign of life for 46 s"

    def test_a_new_process_gets_its_grace_and_not_its_forerunners_sign(self, clock):
        watch = BeatWatch()
        watch.saw(SIGN)
        clock.now += 90
        watch.saw(SIGN)
        assert watch.complaint() == ""
        clock.now += 1
        watch.saw(SIGN)
        assert watch.complaint() == "no sign of life for 91 s"

    def test_a_database_that_does_not_answer_kills_nobody(self, clock):
        watch = BeatWatch()
        watch.saw(None)
        watch.saw(SIGN)
        for _step in range(100):
            clock.now += 20
            watch.saw_nothing()
        assert watch.complaint() == ""
        clock.now += 20
        watch.saw(SIGN)
        clock.now += 30
        watch.saw(SIGN)
        assert watch.complaint() != ""

    def test_a_restart_forgets(self, clock):
        watch = BeatWatch()
        watch.saw(SIGN)
        clock.now += 1000
        watch.saw(SIGN)
        assert watch.complaint()
        watch.restarted()
        assert watch.complaint() == ""


class Answers(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(type(self).status)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Answers.status = 200
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


class TestWeb:
    @pytest.mark.parametrize("status", [200, 301, 400])
    def test_any_answer_but_a_fault_is_one(self, port, status):
        Answers.status = status
        watch = WebWatch("127.0.0.1", port, "localhost")
        watch.ask()
        assert watch.answered

    def test_three_misses_in_a_row_are_a_wedge(self, port):
        watch = WebWatch("127.0.0.1", port, "localhost")
        watch.ask()
        Answers.status = 500
        watch.ask()
        watch.ask()
        assert watch.complaint() == ""
        Answers.status = 200
        watch.ask()
        Answers.status = 500
        for _time in range(3):
            watch.ask()
        assert watch.complaint() == "no answer to /healthz, 3 times in a row"
        watch.restarted()
        assert watch.complaint() == ""
        assert not watch.answered

    def test_a_starting_process_gets_its_grace(self, clock):
        watch = WebWatch("127.0.0.1", 1, "localhost")
        for _time in range(5):
            watch.ask()
        assert watch.complaint() == ""
        clock.now += 61
        assert watch.complaint() == "no answer to /healthz, 5 times in a row"
