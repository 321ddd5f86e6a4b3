"""A download whose reader is slow is finished; one whose reader stalls ends."""

import pytest
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.web.http import HTTPChannel

from crowdcontrolled.supervisor.web import UNREAD_SECONDS, wait_for_slow_readers

IDLE = 60


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test sets on the class is gone after it."""
    monkeypatch.setattr(HTTPChannel, "abortTimeout", HTTPChannel.abortTimeout)


def unread_for(seconds: int) -> StringTransport:
    """A connection that the server is done with, and whose reader has not read for so long."""
    clock, transport, channel = Clock(), StringTransport(), HTTPChannel()
    setattr(channel, "callLater", clock.callLater)  # noqa: B010 - Twisted's own place for a clock
    channel.timeOut = IDLE
    channel.makeConnection(transport)
    for _second in range(seconds):
        clock.advance(1)
    return transport


def test_twisted_itself_cuts_it_off_after_75_seconds() -> None:
    assert unread_for(IDLE + 16).disconnected


def test_a_slow_reader_is_waited_for() -> None:
    wait_for_slow_readers()
    transport = unread_for(IDLE + UNREAD_SECONDS - 1)
    assert transport.disconnecting
    assert not transport.disconnected


def test_a_stalled_reader_is_cut_off() -> None:
    wait_for_slow_readers()
    assert unread_for(IDLE + UNREAD_SECONDS + 1).disconnected
