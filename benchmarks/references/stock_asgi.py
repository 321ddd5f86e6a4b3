"""Reference of ``post_vs_stock``: the same site under Django's own ASGI handler.

Settings, middleware, view, database and server are the same; only the handler is Django's, which
runs each request in a thread of its own with connections of its own.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowdcontrolled.settings")

from django.core.asgi import get_asgi_application

application = get_asgi_application()
