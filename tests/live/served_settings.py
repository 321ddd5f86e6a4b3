"""Settings of the processes beside the test: they share the test's database."""

import json
import os

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"].update(json.loads(os.environ["SERVED_DATABASE"]))
