"""The secret in an invitation link. The database keeps its hash, the link is shown once."""

import secrets
from hashlib import sha256

from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Missing, Refused
from projects.models import Invitation, Project


def new_token() -> str:
    """A fresh secret of 256 bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the database keeps of a secret; 256 random bits need neither salt nor stretching."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def invitation_behind(slug: str, token: str) -> Invitation:
    """The invitation that a link stands for, while it works.

    Raises:
        Missing: no such link for this address, or the project is hidden: whoever guesses learns
            nothing.
        Refused: the link was real, but has ended.
    """
    found = Invitation.objects.select_related("project", "created_by").filter(
        token_hash=hash_of(token), project__slug=slug, project__hidden=False
    )
    invitation = found.first()
    if invitation is None:
        raise Missing
    _check(invitation)
    return invitation


def _check(invitation: Invitation) -> None:
    if invitation.revoked:
        raise ended(invitation.project, _("This invitation was taken back."))
    if invitation.expires <= timezone.now():
        raise ended(invitation.project, _("This invitation has expired."))
    if invitation.uses_left == 0:
        raise ended(invitation.project, _("This invitation was used as often as it could be."))


def ended(project: Project, what: str) -> Refused:
    """The refusal of a link that no longer works, with the way out."""
    way_out = _("Ask a maintainer of %(project)s for a new one.") % {"project": project.name}
    return Refused(f"{what} {way_out}", status=410)
