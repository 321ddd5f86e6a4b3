"""Setting who accepts datapoints, and what becomes of those that wait."""

from django.test import Client

from accounts.models import User
from datasets.models import DataTable
from datasets.queries import count_of
from jobs.models import Job
from projects.models import Project
from tests.projects_in_use import rules
from tests.reviewing.giving import give

FORM = {"acceptance": "once", "duplicates": "refuse", "collects": "rows", "redundancy": "3"}


def test_from_peers_to_at_once(checked: Project, carol: User, bob_client: Client) -> None:
    give(checked, carol, 0, 1, 2)
    address = f"/p/{checked.slug}/settings/data/"
    assert "If you change the rules, they go on waiting" in bob_client.get(address).content.decode()
    assert bob_client.post(f"{address}accept/").status_code == 409, "the crowd decides"
    assert bob_client.post(address, FORM).status_code == 302
    table = DataTable.objects.get(project=checked)
    assert (table.acceptance, table.duplicates, table.pending) == ("once", "refuse", 3)
    page = bob_client.get(address).content.decode()
    assert "Accept the 3 that wait" in page
    assert bob_client.post(f"{address}accept/").status_code == 302
    assert bob_client.post(f"{address}accept/").status_code == 302, "twice is one job"
    job = Job.objects.get(kind="accept_waiting")
    from datasets.services.ruling import accept_portions

    job.token = None
    accept_portions(job)
    accept_portions(job)
    assert (count_of(checked).accepted, count_of(checked).pending) == (3, 0)


def test_a_rule_that_is_none(checked: Project, bob_client: Client) -> None:
    address = f"/p/{checked.slug}/settings/data/"
    answer = bob_client.post(address, {**FORM, "acceptance": "never"})
    assert answer.status_code == 422
    assert DataTable.objects.get(project=checked).acceptance == "peers"


def test_tabs_lead_to_what_waits(
    checked: Project, carol: User, carol_client: Client, bob_client: Client
) -> None:
    give(checked, carol, 0)
    tab = f'href="/p/{checked.slug}/check/"'
    assert tab in carol_client.get(f"/p/{checked.slug}/data/").content.decode()
    rules(checked, acceptance=DataTable.Acceptance.MAINTAINER)
    assert tab not in carol_client.get(f"/p/{checked.slug}/data/").content.decode()
    assert tab in bob_client.get(f"/p/{checked.slug}/data/").content.decode()
