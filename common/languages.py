"""One frame goes to all readers: what it says in words, it says in each language of the site."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import translation


def in_each_language(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What ``make`` returns in the site's own language, with what it says in the others.

    Under ``texts`` stand, by language, the values that differ there. ``static/js/live.js`` puts
    those of the page's language in the place of the others.
    """
    with translation.override(settings.LANGUAGE_CODE):
        own = make()
    texts = {}
    for code, _name in settings.LANGUAGES:
        if code == settings.LANGUAGE_CODE:
            continue
        with translation.override(code):
            said = make()
        differing = {key: value for key, value in said.items() if value != own.get(key)}
        if differing:
            texts[code] = differing
    return {**own, "texts": texts} if texts else own
