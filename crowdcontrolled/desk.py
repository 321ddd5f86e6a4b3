"""The moderators' desk: Django's admin with queues on its first page and our own sign-in."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts.second_factor import must_have_one
from crowdcontrolled.queues import queues


class ModerationSite(admin.AdminSite):
    """Moderators only; they sign in by the site's own page, which has rate limits."""

    site_header = _("CrowdControlled moderation")
    site_title = _("Moderation")
    index_title = _("Queues")
    index_template = "admin/moderation_index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the person is a moderator, not suspended, and protected by a second factor."""
        user = request.user
        return user.is_authenticated and user.is_moderator and not must_have_one(user)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The site's own page for whoever is nobody yet; 403 for whoever is no moderator.

        A moderator without a second factor is sent to set one up.
        """
        user = request.user
        if user.is_authenticated and must_have_one(user):
            said = _("Moderators sign in with a second factor. Add a passkey or an app first.")
            messages.warning(request, said)
            return redirect("settings_security")
        answer: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return answer

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The first page: what waits, with counts and links into the filtered lists."""
        return super().index(request, {**(extra_context or {}), "queues": queues()})

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseRedirect:
        """The site's own page, which has rate limits and ends the other sessions."""
        return redirect("account_change_password")
