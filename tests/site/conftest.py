"""Which tests run where."""

import os

#: Needs the Redis that `make test-postgres` starts beside its database.
collect_ignore = [] if os.environ.get("TEST_REDIS_URL") else ["test_redis.py"]
