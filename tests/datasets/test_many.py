"""Pasting and uploading tables: a preview that writes nothing, then exactly that."""

import re
import time

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from common.limits import IMPORT_BYTES, IMPORT_ROWS
from datasets import previews
from datasets.models import Contribution, Import
from datasets.queries import Purpose, count_of, rows
from projects.models import Project

pytestmark = pytest.mark.django_db

HEADER = "species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex"
GOOD = "Adelie,Torgersen,39.1,18.7,181,3750,male"
BAD = 'Adelei,Torgersen,"39,1",18.7cm,181,3750,male'
Answer = str


def preview(client: Client, project: Project, text: str) -> tuple[int, str]:
    answer = client.post(f"/p/{project.slug}/contribute/many/", {"text": text})
    return answer.status_code, answer.content.decode()


def upload(client: Client, project: Project, data: bytes) -> tuple[int, str]:
    file = SimpleUploadedFile("table.csv", data)
    answer = client.post(f"/p/{project.slug}/contribute/many/", {"file": file})
    return answer.status_code, answer.content.decode()


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found, page
    return found[1]


def add(client: Client, project: Project, page: str, **changes: str):
    form = {"token": token_in(page), "agree": "on", **changes}
    return client.post(f"/p/{project.slug}/contribute/many/add/", form)


def nothing_written(project: Project) -> bool:
    return count_of(project).accepted == 60 and project.contributions.count() == 2


def test_a_preview_names_each_bad_cell_and_writes_nothing(
    penguins: Project, dave_client: Client
) -> None:
    status, page = preview(dave_client, penguins, f"{HEADER}\n{GOOD}\n{BAD}\n{GOOD},7\n")
    assert status == 200
    assert "1 of 3 rows fits" in page
    assert "Row 2: species must be one of its categories; did you mean “Adelie”" in page
    assert "Row 2: bill_length_mm must be written with a decimal point: 39.1" in page
    assert "Row 2: bill_depth_mm must be a number such as 12.5, without a unit" in page
    assert "Row 3: has 8 cells; the header has 7." in page
    assert "Add 1 good row" in page
    assert nothing_written(penguins)


def test_what_was_previewed_is_added_once(
    penguins: Project, dave: User, dave_client: Client
) -> None:
    _status, page = preview(dave_client, penguins, f"{HEADER}\n{GOOD}\n{BAD}\n{GOOD}\n")
    for _press in range(2):
        assert add(dave_client, penguins, page).status_code == 302
    assert count_of(penguins).accepted == 62
    made = Contribution.objects.get(user=dave)
    assert (made.rows, made.source, made.first_arrival) == (2, "paste", 60)


def test_the_bad_rows_can_be_downloaded(penguins: Project, dave_client: Client) -> None:
    formula = "=1+1,Dream,1,1,1,1,male"
    _status, page = preview(dave_client, penguins, f"{HEADER}\n{GOOD}\n{formula}\n")
    answer = dave_client.get(
        f"/p/{penguins.slug}/contribute/many/bad.csv", {"token": token_in(page)}
    )
    lines = answer.getvalue().decode().splitlines()
    assert lines[0] == f"{HEADER},reason"
    assert lines[1].startswith("'=1+1,Dream")
    assert "species must be one of" in lines[1]
    assert len(lines) == 2
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_each_delimiter_is_found(mark: str, penguins: Project, dave_client: Client) -> None:
    text = f"{HEADER}\n{GOOD}\n".replace(",", mark)
    assert "1 of 1 rows fits" in preview(dave_client, penguins, text)[1]


def test_a_file_with_a_byte_order_mark_and_carriage_returns_is_read(
    penguins: Project, dave: User, dave_client: Client
) -> None:
    data = f"\ufeff{HEADER}\r\n{GOOD}\r\n\r\n".encode()
    status, page = upload(dave_client, penguins, data)
    assert (status, "1 of 1 rows fits" in page) == (200, True)
    add(dave_client, penguins, page)
    assert Contribution.objects.get(user=dave).source == "upload"


def test_headers_in_any_case_and_order_and_more_columns(
    penguins: Project, dave_client: Client
) -> None:
    text = 'Note,SPECIES,"island "\nhello,Gentoo,Biscoe\n'
    page = preview(dave_client, penguins, text)[1]
    assert "1 of 1 rows fits" in page
    assert "“Note”" in page
    assert "Fields without a column stay empty" in page


def test_exact_copies_are_counted(penguins: Project, dave_client: Client) -> None:
    line = "Adelie,Torgersen,39.1,18.7,181.0,3750.0,male"
    text = f"{HEADER}\n{line}\nGentoo,Biscoe,1,1,1,1,male\nGentoo,Biscoe,1,1,1,1,male\n"
    assert "2 rows are exact copies" in preview(dave_client, penguins, text)[1]


REFUSED = [
    (f"{HEADER}\n".encode(), "0 rows below its header"),
    (b"", "empty"),
    (b"\xef\xbb\xbf", "nothing in it"),
    (f"{HEADER}\n{GOOD}".encode("utf-16"), "UTF-16"),
    (f"{HEADER}\nAdélie,{GOOD}".encode("latin-1"), "Line 2 is not UTF-8 (byte 0xE9)"),
    (b"a\x00b", "zero bytes"),
    (f"species,SPECIES\n{GOOD}".encode(), "“species” twice"),
    (b"a,b\n1,2\n", "Expected: “species”"),
    (f"{HEADER}\n{GOOD}\n".replace(",", "|").encode(), "separated by commas, semicolons or tabs"),
    (",".join(f"c{i}" for i in range(10_000)).encode() + b"\n1\n", "10000 columns"),
    (f'{HEADER}\n"Adelie,Torgersen\n'.encode(), "quotation marks"),
    (b"PAR1\x15\x04\x15", "“species”"),
    (b"\x89PNG\r\n\x1a\n", "not UTF-8"),
]


@pytest.mark.parametrize(("data", "words"), REFUSED, ids=[words for _data, words in REFUSED])
def test_a_file_that_is_no_table_is_refused_with_a_sentence(
    data: bytes, words: str, penguins: Project, dave_client: Client
) -> None:
    status, page = upload(dave_client, penguins, data)
    assert status in (400, 413, 422), page
    assert words in page
    assert nothing_written(penguins)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("rows.csv", f"{HEADER}\n".encode() + b"Adelie\n" * (IMPORT_ROWS + 2)),
        ("large.csv", b"x" * (IMPORT_BYTES + 10)),
        ("rows.PARQUET", b"PAR1\x15\x04\x15"),
    ],
)
def test_what_is_too_large_for_a_preview_is_imported(
    name: str, data: bytes, penguins: Project, dave_client: Client
) -> None:
    file = SimpleUploadedFile(name, data)
    answer = dave_client.post(f"/p/{penguins.slug}/contribute/many/", {"file": file})
    made = Import.objects.get()
    assert answer.headers["Location"] == f"/p/{penguins.slug}/contribute/import/{made.pk}/"
    assert (made.name, made.bytes, made.state) == (name, len(data), Import.State.UPLOADED)
    assert nothing_written(penguins)


def test_a_long_paste_is_imported_too(penguins: Project, dave_client: Client) -> None:
    text = f"{HEADER}\n" + f"{GOOD}\n" * (IMPORT_ROWS + 2)
    assert preview(dave_client, penguins, text)[0] == 302
    assert Import.objects.get().source == Contribution.Source.PASTE


def test_hostile_cells_are_shown_as_text(penguins: Project, dave_client: Client) -> None:
    text = f"{HEADER},<script>alert(1)</script>\n<img src=x onerror=y>,b,c,d,e,f,g,\u202eh\n"
    page = preview(dave_client, penguins, text)[1]
    assert "<script>alert" not in page
    assert "<img src" not in page


def test_a_changed_or_foreign_token_adds_nothing(
    penguins: Project, digits: Project, dave_client: Client, carol_client: Client
) -> None:
    _status, page = preview(dave_client, penguins, f"{HEADER}\n{GOOD}\n")
    token = token_in(page)
    assert add(carol_client, penguins, page).status_code == 409
    assert add(dave_client, digits, page).status_code == 409
    assert add(dave_client, penguins, page, token=token[:-2] + "xx").status_code == 409
    assert add(dave_client, penguins, page, token="x" * 900).status_code == 400
    assert nothing_written(penguins)


def test_a_preview_ends_when_the_fields_change(penguins: Project, dave_client: Client) -> None:
    _status, page = preview(dave_client, penguins, f"{HEADER}\n{GOOD}\n")
    Project.objects.filter(pk=penguins.pk).update(schema_version=99)
    assert add(dave_client, penguins, page).status_code == 409
    assert nothing_written(penguins)


def test_old_previews_are_swept_away(penguins: Project, dave_client: Client, monkeypatch) -> None:
    preview(dave_client, penguins, f"{HEADER}\n{GOOD}\n")
    assert default_storage.listdir(previews.FOLDER)[1]
    now = time.time()
    monkeypatch.setattr("datasets.previews.time.time", lambda: now + 3 * 3600)
    assert previews.sweep() >= 1
    assert not default_storage.listdir(previews.FOLDER)[1]


def test_a_large_paste_is_written_in_chunks_and_shown_at_once(
    penguins: Project, dave: User, dave_client: Client
) -> None:
    text = f"{HEADER}\n" + "\n".join(f"Adelie,Dream,{i},1,1,1,male" for i in range(1_234)) + "\n"
    _status, page = preview(dave_client, penguins, text)
    assert "Add 1,234 good rows" in page
    for _press in range(2):
        assert add(dave_client, penguins, page).status_code == 302
    made = Contribution.objects.get(user=dave)
    found = rows(penguins, Purpose.OWN).filter(contribution=made)
    assert list(found.values_list("arrival", flat=True)) == list(range(60, 60 + 1_234))
    assert count_of(penguins) == (1_294, 0, 3)


def test_a_stranger_is_sent_to_sign_in(penguins: Project, erin_client: Client) -> None:
    for page in ("contribute/many/", "contribute/many/bad.csv"):
        answer = erin_client.get(f"/p/{penguins.slug}/{page}")
        assert "/accounts/login/" in answer["Location"]
    assert erin_client.post(f"/p/{penguins.slug}/contribute/many/add/").status_code == 302


def test_a_pasted_and_a_chosen_table_are_not_mixed(penguins: Project, dave_client: Client) -> None:
    file = SimpleUploadedFile("table.csv", f"{HEADER}\n{GOOD}\n".encode())
    answer = dave_client.post(
        f"/p/{penguins.slug}/contribute/many/", {"file": file, "text": "a,b\n1,2"}
    )
    assert answer.status_code == 400
    assert b"not both" in answer.content
