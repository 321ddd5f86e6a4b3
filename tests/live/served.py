"""What the test of a really started server serves: the socket with the tests' topics."""

from typing import Any

import django

django.setup()

from channels.routing import ProtocolTypeRouter  # noqa: E402

from crowdcontrolled.pooled import PooledASGIHandler  # noqa: E402
from live.routing import socket  # noqa: E402
from live.topics import Topic, register  # noqa: E402
from tests.live.conftest import may_listen, snapshot  # noqa: E402

register(Topic("thing", may_listen, snapshot))
application: Any = ProtocolTypeRouter({"http": PooledASGIHandler(), "websocket": socket})
