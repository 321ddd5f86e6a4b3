"""A socket that can no longer be sent to is closed: an open one that says nothing looks well."""

import pytest

from live.closing import TRY_AGAIN
from live.outbox import Outbox
from tests.live.conftest import Window

pytestmark = pytest.mark.django_db(transaction=True)


async def test_the_window_is_sent_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(outbox: Outbox) -> None:
        raise RuntimeError("broken on the way")

    monkeypatch.setattr(Outbox, "drain", broken)
    window = Window()
    assert await window.open()
    assert (await window.closed())[0] == TRY_AGAIN == 1011
    assert "broken on the way" in caplog.text
    await window.leave()
