"""Where the socket listens. Every other address is refused like a page that does not exist."""

from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator, WebsocketDenier
from django.urls import path, re_path

from live.consumer import LiveConsumer

#: Only pages of our own hosts may connect: browsers send cookies from any site's page.
socket = AllowedHostsOriginValidator(
    URLRouter([path("ws/", LiveConsumer.as_asgi()), re_path(r"", WebsocketDenier.as_asgi())])
)
