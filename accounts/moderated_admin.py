"""Admin pages on which nothing can be written but through ``moderate()``.

Apps derive the admin of their things from ``ModeratedAdmin``; its actions are the registered ones.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.db import DataError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import ModerationAction, User
from accounts.moderation import Act, Reason, acts_on, moderate
from common.errors import Refused
from common.numbers import whole

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

#: How many things one confirmation may concern: each is done, logged and told by itself.
MOST_AT_ONCE = 500

Action = tuple[Callable[..., HttpResponse | None], str, str]


class ReasonForm(forms.Form):
    """Why: asked before every act."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason (public)"), choices=[("", "–"), *Reason.choices]
    )
    note = forms.CharField(
        label=gettext_lazy("Note for other moderators (never public)"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Outcome(NamedTuple):
    """What came of one act on several things."""

    done: int
    refused: list[str]


class ReadOnlyAdmin(ModelAdmin):
    """For moderators to read; nobody adds, changes or deletes here."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list; what no calendar or column can hold counts as other wrong filters do.

        Raises:
            IncorrectLookupParameters: Django then shows the list without its filters.
        """
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, ValueError, DataError) as error:
            raise IncorrectLookupParameters(error) from error

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _moderates(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _moderates(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ModeratedAdmin(ReadOnlyAdmin):
    """Reading, plus the acts that the app registered for this kind of thing."""

    change_form_template = "admin/moderated_change_form.html"
    list_per_page = 50

    def get_actions(self, request: HttpRequest) -> dict[str, Action]:  # type: ignore[override]
        """The registered acts; Django's own "delete selected" is none of them."""
        acts = acts_on(self.model)
        return {act.action: (_ask_first(act), act.action, str(act.label)) for act in acts}

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *more: Any
    ) -> HttpResponse | None:
        """Do the chosen act; refuse what no row of the list ever sent before it is looked up."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if any(whole(number) is None for number in chosen):
            said = _("Choose from the list: some of what was chosen is no number of a thing.")
            self.message_user(request, said, messages.ERROR)
            return None
        return super().response_action(request, queryset, *more)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One thing, what can be done with it, and what moderators did with it before."""
        past = ModerationAction.objects.filter(
            target_type=self.model._meta.label_lower,
            target_id=whole(object_id) or 0,
        )
        context = {
            "acts": acts_on(self.model),
            "past": past.select_related("actor")[:20],
            "checkbox": ACTION_CHECKBOX_NAME,
            "title": _("What was done and what can be done"),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)


def _moderates(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.is_moderator


def _ask_first(act: Act) -> Callable[..., HttpResponse | None]:
    """The admin action: a page that asks for the reason, then the act itself."""

    def run(
        modeladmin: ModeratedAdmin, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        chosen = list(queryset[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            said = _("At most %(most)d can be changed at once. Choose fewer.")
            modeladmin.message_user(request, said % {"most": MOST_AT_ONCE}, messages.ERROR)
            return None
        form = ReasonForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            _say(modeladmin, request, act, _do(act, request, chosen, form))
            return None
        return _confirmation(modeladmin, request, act, chosen, form)

    run.__name__ = act.action
    return run


def _confirmation(
    modeladmin: ModeratedAdmin,
    request: HttpRequest,
    act: Act,
    chosen: list[Any],
    form: ReasonForm,
) -> HttpResponse:
    context = {
        **modeladmin.admin_site.each_context(request),
        "title": _("%(action)s: are you sure?") % {"action": str(act.label).capitalize()},
        "act": act,
        "chosen": chosen,
        "count": len(chosen),
        "form": form,
        "opts": modeladmin.model._meta,
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "admin/moderate.html", context, status=status)


def _do(act: Act, request: HttpRequest, chosen: list[Any], form: ReasonForm) -> Outcome:
    # Each by itself: one that was done already, or is gone, does not hold up the others.
    done, refused = 0, []
    for target in chosen:
        try:
            moderate(
                actor=cast(User, request.user),
                target=target,
                action=act.action,
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"],
            )
        except Refused as refusal:
            refused.append(f"{target}: {refusal.message or _('It is gone.')}")
        else:
            done += 1
    return Outcome(done, refused)


def _say(modeladmin: ModeratedAdmin, request: HttpRequest, act: Act, outcome: Outcome) -> None:
    if outcome.done:
        said = ngettext(
            "Done and written down: %(action)s, %(count)d time.",
            "Done and written down: %(action)s, %(count)d times.",
            outcome.done,
        )
        counted = said % {"action": act.label, "count": outcome.done}
        modeladmin.message_user(request, counted, messages.SUCCESS)
    for sentence in outcome.refused[:10]:
        modeladmin.message_user(request, sentence, messages.WARNING)
    if len(outcome.refused) > 10:
        more = _("%(count)d more were left as they were.") % {"count": len(outcome.refused) - 10}
        modeladmin.message_user(request, more, messages.WARNING)
