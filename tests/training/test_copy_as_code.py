"""The code on a model's page: its addresses answer, and it runs as it stands there."""

import re
import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from accounts.models import User
from projects.models import Project
from tests.cast import client_of
from tests.site.test_copy_as_code import code_on, run, shell
from tests.training.conftest import Trained
from tests.training.finished import done


def test_every_address_in_it_answers(digits: Project, carol: User, tmp_path: Path) -> None:
    model = done(digits, carol, tmp_path).trained
    found = code_on(client_of(None).get(f"/models/{model.pk}/").text)
    assert list(found) == ["weights", "repeat"]
    compile(found["weights"], "weights", "exec")
    addresses = re.findall(r"http://testserver[^\s\"]+", "".join(found.values()))
    assert len(addresses) == 4
    for address in addresses:
        assert client_of(None).get(urlsplit(address).path).status_code == 200


def test_of_a_private_project_downloaded_files_are_read(
    digits: Project, carol: User, tmp_path: Path
) -> None:
    model = done(digits, carol, tmp_path).trained
    Project.objects.filter(pk=digits.pk).update(visibility="private")
    found = code_on(client_of(carol).get(f"/models/{model.pk}/").text)
    assert "http" not in "".join(found.values())
    assert "digits-run1-model.safetensors" in found["weights"]
    assert found["repeat"] == "python train.py digits-v1.parquet\n"


@pytest.mark.long
def test_it_runs(
    live_server, digits: Project, carol: User, trained: Trained, tmp_path: Path
) -> None:
    model = trained(digits, carol, epochs=3, refit="yes").trained
    with urlopen(f"{live_server.url}/models/{model.pk}/") as answer:
        found = code_on(answer.read().decode())
    assert "(8, 64)" in run(found["weights"], tmp_path)
    python = f'export OMP_NUM_THREADS=1; python() {{ "{sys.executable}" "$@"; }}\n'
    shell(python + found["repeat"], tmp_path)
    with pytest.raises(AssertionError):
        shell(python + found["repeat"].replace("v1.parquet\n", "v9.parquet\n"), tmp_path)
