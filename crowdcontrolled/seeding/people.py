"""The people of the demo. Nobody knows their passwords: `up` prints links for two of them."""

from django.db import transaction

from accounts.finding import note_person
from accounts.models import User

MODERATOR = "moderator"
#: Name → what their profile says about them.
PEOPLE = {
    MODERATOR: "Keeps the place tidy.",
    "mira": "Teaches maths, collects handwriting.",
    "tomas": "Counts birds where it is cold.",
    "aiko": "Likes old pen tablets.",
    "lena": "Learning what a neuron is not.",
    "jonas": "Retired postman. Has read every kind of 7.",
    "samir": "Here for the curves.",
    "noor": "Draws small, writes a lot.",
}


def settle() -> dict[str, User]:
    """Everybody, by name; who is missing is made."""
    return {name: _person(name, about) for name, about in PEOPLE.items()}


def _person(name: str, about: str) -> User:
    found = User.objects.filter(username=name).first()
    if found:
        return found
    moderates = name == MODERATOR
    with transaction.atomic():
        made = User.objects.create_user(
            name, f"{name}@example.org", about=about, is_staff=moderates, is_superuser=moderates
        )
        note_person(made)
    return made
