"""Photos: harmless when kept, shown to whoever sees the row, gone when nothing needs them."""

import base64
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from common.limits import IMAGE_BYTES, IMAGE_GRID_SIDE, IMAGE_PIXELS, IMAGE_SIDE
from datasets import services
from datasets.drafts import FieldDraft
from datasets.field_types import BadValue
from datasets.field_types.image import Image, Picture
from datasets.images import encoding, store
from datasets.images.encoding import BadPicture
from datasets.models import Contribution
from datasets.queries import Purpose, fields_of, rows
from datasets.services import photos
from projects.models import Project
from tests.cast import client_of
from tests.kinds import made, photo
from tests.projects_in_use import published

PLACE = "37.8199N"


def leaf(owner: User, member: User | None = None) -> Project:
    fields = [
        FieldDraft("photo", "image", options={"height": 8, "width": 8}),
        FieldDraft("kind", "category", "target", options={"categories": ["a", "b"]}),
    ]
    return published(owner, "Leaves", fields, member=member)


@pytest.fixture
def leaves(alice: User, carol: User) -> Iterator[Project]:
    project = leaf(alice, carol)
    yield project
    for key in store.old_keys(project.pk, time.time() + 9):
        store.remove(project.pk, key)


def sent(project: Project, data: bytes | None, **more: str) -> dict[str, object]:
    """What the form sends."""
    column, target = (field.column for field in fields_of(project))
    found: dict[str, object] = {target: "a", "agree": "on", column: "", **more}
    if data is not None:
        found[f"{column}-file"] = SimpleUploadedFile("me.jpg", data)
    return found


def place_of(project: Project, pk: int, *, small: bool = False) -> str:
    field = fields_of(project)[0].pk
    return f"/p/{project.slug}/rows/{pk}/photos/{field}/{'small/' if small else ''}"


def with_place() -> bytes:
    """A tall JPEG that lies on its side, with a place and a comment in it."""
    picture = Pillow.new("RGB", (60, 20), (250, 10, 10))
    exif = Pillow.Exif()
    exif[0x0112], exif[0x010E] = 6, PLACE
    file = BytesIO()
    picture.save(file, "JPEG", exif=exif.tobytes(), comment=PLACE.encode())
    return file.getvalue() + PLACE.encode()


def test_what_a_camera_says_is_left_out_and_the_picture_stands_upright() -> None:
    raw = with_place()
    assert PLACE.encode() in raw, "the control"
    encoded = encoding.encode(raw)
    assert PLACE.encode() not in encoded.data + encoded.thumbnail
    kept = Pillow.open(BytesIO(encoded.data))
    assert (kept.size, dict(kept.getexif())) == ((20, 60), {})


@pytest.mark.parametrize("ending", ["PNG", "JPEG", "WEBP", "GIF"])
def test_four_formats_are_taken_and_two_are_kept(ending: str) -> None:
    encoded = encoding.encode(photo(ending=ending))
    assert encoded.ending == ("png" if ending in ("PNG", "GIF") else "jpg")
    assert store.KEY.fullmatch(encoded.key)
    assert encoding.encode(photo(ending=ending)).key == encoded.key, "the same file, the same name"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_mode_becomes_red_green_and_blue(mode: str) -> None:
    file = BytesIO()
    Pillow.new(mode, (9, 9)).save(file, "PNG")
    assert Pillow.open(BytesIO(encoding.encode(file.getvalue()).data)).mode == "RGB"


def test_what_lets_through_stands_on_white() -> None:
    file = BytesIO()
    Pillow.new("RGBA", (4, 4), (0, 0, 0, 0)).save(file, "PNG")
    assert encoding.pixels(file.getvalue(), 2, 2, 1).tolist() == [[[255]] * 2] * 2


def test_a_long_picture_is_shrunk_and_its_grid_keeps_the_shape() -> None:
    encoded = encoding.encode(photo(size=(IMAGE_SIDE + 400, 100), ending="JPEG"))
    assert Pillow.open(BytesIO(encoded.data)).width == IMAGE_SIDE
    grid = encoding.pixels(photo((0, 0, 0), (40, 20)), 8, 8, 3)
    assert grid[0].min() == 255
    assert grid[4].max() == 0


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"\x89PNG" + b"0" * IMAGE_BYTES, "bytes"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unreadable"),
        (photo()[:60], "unreadable"),
        (photo(ending="TIFF"), "unreadable"),
        (photo(ending="BMP"), "unreadable"),
    ],
)
def test_what_is_no_picture_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(BadPicture) as caught:
        encoding.encode(raw)
    assert caught.value.reason == reason


def bomb(width: int, height: int) -> bytes:
    """A few bytes that decode to so many pixels."""
    file = BytesIO()
    Pillow.new("1", (width, height)).save(file, "PNG")
    return file.getvalue()


def test_pixels_are_counted_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    large = bomb(8_000, IMAGE_PIXELS // 8_000 + 1)
    assert len(large) < 200_000

    def decoded(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decoded)
    for raw in (large, bomb(20_001, 1)):
        with pytest.raises(BadPicture) as caught:
            encoding.encode(raw)
        assert caught.value.reason == "pixels"
    with pytest.raises(BadPicture, match="unreadable"):
        encoding.encode(bomb(8, 8))


def test_the_edges_of_the_limits_are_taken() -> None:
    assert encoding.encode(bomb(20_000, 1)).ending == "png"
    side = {"height": IMAGE_GRID_SIDE, "width": 4}
    assert Image("a", Image.clean_options(side)).check(photo()).levels


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_gives_a_picture_or_the_one_refusal(data: st.DataObject) -> None:
    raw = bytearray(
        data.draw(st.sampled_from([photo(), photo(ending="JPEG"), photo(ending="GIF")]))
    )
    for _change in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with pytest.raises(BadValue) if _refuses(bytes(raw)) else _nothing():
        made("image").check(bytes(raw))


def _refuses(raw: bytes) -> bool:
    try:
        encoding.encode(raw)
    except BadPicture:
        return True
    return False


class _nothing:
    def __enter__(self) -> None: ...
    def __exit__(self, *_args: object) -> None: ...


def test_a_photo_is_added_seen_and_downloaded(leaves: Project, carol_client: Client) -> None:
    anybody = Client()
    answer = carol_client.post(f"/p/{leaves.slug}/contribute/", sent(leaves, with_place()))
    assert answer.status_code == 302, answer.content.decode()
    (row,) = rows(leaves, Purpose.TABLE)
    page = anybody.get(f"/p/{leaves.slug}/rows/{row.pk}/").content.decode()
    assert place_of(leaves, row.pk) in page
    for small in (False, True):
        found = anybody.get(place_of(leaves, row.pk, small=small))
        assert found.status_code == 200
        assert found["Content-Type"] == "image/jpeg"
        assert found["X-Content-Type-Options"] == "nosniff"
        assert found["Content-Disposition"].startswith("attachment")
        assert "sandbox" in found["Content-Security-Policy"]
        assert PLACE.encode() not in found.content
        etag = found["ETag"]
        again = anybody.get(place_of(leaves, row.pk, small=small), headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
    wall = anybody.get(f"/p/{leaves.slug}/wall.json").json()
    assert (wall["kind"], wall["channels"]) == ("grid", 3)
    assert len(base64.b64decode(wall["cells"][0][3])) == 8 * 8 * 3


def test_an_error_elsewhere_and_signing_up_lose_no_photo(
    leaves: Project, carol_client: Client
) -> None:
    carol = carol_client
    address = f"/p/{leaves.slug}/contribute/"
    column, target = (field.column for field in fields_of(leaves))
    answer = carol.post(address, sent(leaves, photo()) | {target: "no such"})
    assert answer.status_code == 422
    text = answer.content.decode().split(f'name="{column}" value="')[1].split('"')[0]
    assert text.startswith("data:image/png;base64,")
    assert carol.post(address, sent(leaves, None, **{column: text})).status_code == 302
    anybody = Client()
    assert anybody.post(address, sent(leaves, photo())).status_code == 302
    assert "data:image/png;base64," in anybody.get(address).content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"hello", "must be a picture that opens"),
        (b"", "is an empty file"),
        (b"x" * (IMAGE_BYTES + 1), "at most 8 MB"),
    ],
)
def test_a_bad_file_is_refused_with_its_sentence(
    leaves: Project, carol_client: Client, data: bytes, words: str
) -> None:
    answer = carol_client.post(f"/p/{leaves.slug}/contribute/", sent(leaves, data))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not rows(leaves, Purpose.TABLE).exists()


def test_a_key_names_a_picture_of_its_own_project_only(leaves: Project, bob: User) -> None:
    other = leaf(bob)
    type_ = made("image", project_id=leaves.pk)
    value = type_.check(photo())
    type_.keep(value)
    assert isinstance(type_.parse(str(value)), Picture)
    with pytest.raises(BadValue):
        made("image", project_id=other.pk).parse(str(value))
    with pytest.raises(ValueError, match="passwd"):
        store.path_of(leaves.pk, "../../etc/passwd")
    store.remove(leaves.pk, str(value))


def test_a_withdrawn_rows_photo_is_shown_to_nobody_and_then_removed(
    leaves: Project,
    carol: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    type_ = Image("photo", fields_of(leaves)[0].options, project_id=leaves.pk)
    keys = []
    made_: list[Contribution] = []
    photo_id, target_id = (field.pk for field in fields_of(leaves))
    for colour in ((200, 0, 0), (200, 0, 0), (0, 200, 0)):
        value = type_.check(photo(colour))
        keys.append(str(value))
        given = {photo_id: value, target_id: 0}
        made_.append(services.contribute(project=leaves, user=carol, rows=[given], source="form"))
    pks = [row.pk for row in rows(leaves, Purpose.TABLE)]
    with django_capture_on_commit_callbacks(execute=True):
        services.withdraw(made_[0], carol)
        services.withdraw(made_[2], carol)
    assert client_of(carol).get(place_of(leaves, pks[0])).status_code == 404
    assert store.load(leaves.pk, keys[2]) is None
    assert store.load(leaves.pk, keys[2], thumbnail=True) is None
    assert store.load(leaves.pk, keys[0]) is not None, "another row uses it"
    assert client_of(carol).get(place_of(leaves, pks[1])).status_code == 200


def test_what_was_kept_for_an_act_that_never_came_is_swept_after_days(leaves: Project) -> None:
    type_ = Image("photo", fields_of(leaves)[0].options, project_id=leaves.pk)
    value = type_.check(photo())
    type_.keep(value)
    assert photos.sweep() == 0, "a file that is checked may still be imported"
    assert photos.sweep(time.time() + photos.YOUNG_SECONDS + 60) == 1
    assert store.load(leaves.pk, str(value)) is None


def test_pictures_of_a_project_that_is_gone_go_too(db: None) -> None:
    store.save(987_654, encoding.encode(photo()))
    # Files of other tests may lie there too.
    assert photos.sweep(time.time() + photos.YOUNG_SECONDS + 60) >= 1
    assert not default_storage.listdir("images/987654")[1]


def test_a_file_that_was_kept_twice_is_there_once(tmp_path: Path) -> None:
    encoded = encoding.encode(photo())
    store.save(7, encoded)
    store.save(7, encoded)
    assert default_storage.listdir("images/7")[1] == [encoded.key]
    store.remove(7, encoded.key)
    store.remove(7, encoded.key)


def test_near_and_like_see_what_the_eye_sees() -> None:
    type_ = made("image")
    red, same, other = (
        type_.check(photo(size=(40, 30))),
        type_.check(photo(size=(80, 60), ending="JPEG")),
        type_.check(photo()[:0] + photo((255, 255, 255), (30, 60))),
    )
    assert type_.near(red) == type_.near(same) != type_.near(other)
    sketches = [type_.sketch(type_.to_storage(value)) for value in (red, same, other)]
    assert np.dot(sketches[0], sketches[1]) > 0.99 > np.dot(sketches[0], sketches[2])
    assert all(len(one) == type_.sketch_size() for one in sketches)
