"""The Python client: what it asks, repeats, checks and says."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import crowdcontrolled
from accounts.models import User
from datasets.models import Contribution
from projects.models import Project
from tests.api.asking import token_for
from tests.api.shipped import SITE, SOURCE, Wire, client
from tests.jobs_turning import TurnQueue
from tests.projects_in_use import add_records
from tests.training.finished import done

#: Something to tell the first rows from.
OTHERS = [{"species": "Gentoo", "island": "Dream", "body_mass_g": 5000 + n} for n in range(30)]
ROW = {"species": "Adelie", "island": "Dream", "bill_length_mm": 40.125}


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def waits() -> list[float]:
    """The pauses that the client would have made."""
    return []


@pytest.fixture
def birds(penguins: Project, dave: User, wire: Wire, waits: list[float]) -> Any:
    """The penguins, as a program of dave's sees them."""
    return client.Project(
        "penguins", site=SITE, token=token_for(dave), transport=wire, sleep=waits.append
    )


def test_it_stands_beside_the_sites_own_package() -> None:
    assert client.__name__ == "crowdcontrolled_client" != crowdcontrolled.__name__


def test_reading(birds: Any) -> None:
    assert birds.info["rows"] == 60
    assert birds.schema["row_schema"]["properties"]["species"]["enum"][0] == "Adelie"
    assert [row["number"] for row in birds.rows(limit=3, newest_first=True)] == [60, 59, 58]
    assert len(list(birds.rows())) == 60
    assert birds.models == []
    assert birds.best is None
    found = client.projects(site=SITE, transport=birds.site._send, q="penguins")
    assert [one["slug"] for one in found] == ["penguins"]


def test_a_lost_answer_adds_nothing_twice(birds: Any, wire: Wire, waits: list[float]) -> None:
    lost = iter([True, True])

    def lose() -> None:
        if next(lost, False):
            raise ConnectionResetError("the cable")

    wire.after = lose
    [made] = birds.add(ROW, agree=True)
    assert made["contribution"]["rows"] == 1
    assert wire.sent == 3 * [("POST", "/projects/penguins/rows")]
    assert waits == [0.5, 1.0]
    assert Contribution.objects.filter(source="api").count() == 1


def test_a_site_that_never_answers_is_given_up(birds: Any, wire: Wire, waits: list[float]) -> None:
    def lose() -> None:
        raise TimeoutError("nothing")

    wire.after = lose
    with pytest.raises(client.Unreachable, match="does not answer"):
        _ = birds.info
    assert len(wire.sent) == client.TRIES == len(waits) + 1


def test_it_waits_as_it_is_told(
    birds: Any, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.door import BUDGETS

    monkeypatch.setitem(BUDGETS, "read", 1)
    monkeypatch.setattr(client, "LONGEST_WAIT", 1000.0)
    assert birds.info["rows"] == 60
    with pytest.raises(client.TooManyRequests) as refused:
        _ = birds.info
    assert len(waits) == client.TRIES - 1
    assert all(1 <= wait <= 120 for wait in waits)
    assert refused.value.retry_after in range(1, 121)


def test_the_same_key_adds_nothing_twice(birds: Any) -> None:
    rows = [{**ROW, "body_mass_g": 1000.5 + number} for number in range(client.BATCH + 1)]
    first = birds.add(rows, key="my walk", agree=True)
    assert [len(one["row_ids"]) for one in first] == [client.BATCH, 1]
    assert birds.add(rows, key="my walk", agree=True) == first
    assert birds.info["rows"] == 61 + client.BATCH


def test_tables_of_pandas_go_in_and_come_out(birds: Any) -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame([ROW, {"species": "Gentoo", "island": "Dream"}])
    [made] = birds.add(table, agree=True)
    assert made["contribution"]["rows"] == 2
    birds.take_version()
    found = birds.to_pandas()
    assert len(found) == 62
    assert list(found["bill_length_mm"])[-2] == ROW["bill_length_mm"]
    assert pandas.isna(list(found["bill_length_mm"])[-1])


def test_a_refusal_says_what_to_do(birds: Any) -> None:
    with pytest.raises(client.Invalid) as refused:
        birds.add({"species": "Dodo", "island": "Dream"}, agree=True)
    said = str(refused.value)
    assert said.startswith("422 ")
    assert "/rows/0/species" in said
    assert "/developers/problems/#invalid" in said
    assert refused.value.request_id
    with pytest.raises(client.NotFound):
        _ = client.Project("no-such", site=SITE, transport=birds.site._send).info
    with pytest.raises(client.NotAllowed):
        client.Project("penguins", site=SITE, transport=birds.site._send).add(ROW)
    with pytest.raises(client.Conflict, match="no model yet"):
        birds.predict([ROW])


def test_models_are_saved_and_checked(
    birds: Any, penguins: Project, carol: User, tmp_path: Path, wire: Wire
) -> None:
    add_records(penguins, carol, OTHERS)
    run = done(penguins, carol, tmp_path, score=0.75)
    assert birds.best["run"] == run.pk
    assert birds.board[0]["score"] == 0.75
    saved = birds.download_model(tmp_path / "model")
    assert sorted(path.name for path in saved) == ["model.json", "model.safetensors"]
    assert (tmp_path / "model" / "model.safetensors").read_bytes().startswith(b"weights")
    honest = wire.__call__

    def damaged(*request: Any) -> Any:
        answer = honest(*request)
        return answer._replace(body=answer.body + b"x") if "/files/" in request[1] else answer

    birds.site._send = damaged
    with pytest.raises(OSError, match="arrived damaged"):
        birds.download_model(tmp_path / "again")


def test_a_training_is_followed_and_stopped(birds: Any, penguins: Project, carol: User) -> None:
    add_records(penguins, carol, OTHERS)
    run = birds.train(preset="quick")
    assert (run["state"], run["ahead"], run.curve) == ("queued", 0, [])
    with pytest.raises(TimeoutError):
        run.wait(timeout=-1)
    assert run.stop()["state"] == "cancelled"
    with pytest.raises(RuntimeError, match="cancelled"):
        run.wait()
    assert [one["id"] for one in birds.runs] == [run["id"]]


def test_a_file_is_checked_then_added(birds: Any, tmp_path: Path, turn_queue: TurnQueue) -> None:
    file = tmp_path / "walk.csv"
    file.write_text("species,island,body_mass_g\nGentoo,Biscoe,5123.5\nDodo,Biscoe,1\n")
    sent = birds.import_file(file)
    assert sent["state"] in ("uploaded", "checking")
    birds.site._sleep = lambda _seconds: turn_queue("light")
    sent.wait()
    assert (sent["state"], sent["good"], sent["bad"]) == ("checked", 1, 1)
    assert b"Dodo" in sent.bad_rows()
    with pytest.raises(client.Invalid, match="Agree first"):
        sent.confirm()
    sent.confirm(agree=True)
    while sent.refresh()["state"] == "adding":
        turn_queue("light")
    assert sent["state"] == "added"
    assert birds.info["rows"] == 61


def test_watching_sees_what_comes_in(birds: Any, penguins: Project) -> None:
    coming = birds.watch()
    birds.site._sleep = lambda _seconds: birds.add(ROW, agree=True)
    assert next(coming)["values"]["bill_length_mm"] == ROW["bill_length_mm"]
    assert next(birds.watch(after=59))["number"] == 60


def test_a_token_goes_over_https_or_stays_here() -> None:
    with pytest.raises(ValueError, match="https"):
        client.Project("x", site="http://example.org", token="cc_1_2")
    with pytest.raises(ValueError, match="Say which site"):
        client.Project("x", site="example.org")
    client.Project("x", site="https://example.org", token="cc_1_2")


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A server that sends everybody on to another one."""

    class Away(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", "https://elsewhere.example/")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Away)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_token_follows_no_redirect(elsewhere: str) -> None:
    with pytest.raises(client.ApiError, match="has moved"):
        _ = client.Project("x", site=elsewhere, token="cc_1_2").info


def test_the_site_gives_the_file_away(db: None) -> None:
    answer = Client().get("/developers/crowdcontrolled_client.py")
    assert answer.content == SOURCE.read_bytes()
    page = Client().get("/developers/")
    digest = answer["ETag"].strip('"')
    assert digest in page.text
    assert (
        Client()
        .get("/developers/crowdcontrolled_client.py", headers={"if-none-match": f'"{digest}"'})
        .status_code
        == 304
    )
