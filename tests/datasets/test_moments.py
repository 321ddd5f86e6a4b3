"""Dates and times: what was said is kept, and sorts in time; the engine reads the same."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import Refused
from datasets.drafts import FieldDraft, clean_draft, drafts_from_schema
from datasets.field_types import BadValue, iso8601
from datasets.field_types.moment import FORMS, DateTime
from tests.kinds import MOMENTS
from training.engine.moments import ends_at, seconds_of


def made(**options: object) -> DateTime:
    return DateTime("day", DateTime.clean_options(options))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("1949", "1949"),
        ("1949-01", "1949-01"),
        ("2016-07-01 00:00:00", "2016-07-01T00:00:00"),
        ("2016-07-01T14", "2016-07-01T14"),
        ("20160701T143005Z", "2016-07-01T14:30:05Z"),
        ("2016-07-01t14:30z", "2016-07-01T14:30Z"),
        ("2016-07-01 14:30:00+00:00", "2016-07-01T14:30:00Z"),
        ("2016-07-01 14:30:00 -0530", "2016-07-01T14:30:00-05:30"),
        ("2016-07-01 14:30:00,50+02", "2016-07-01T14:30:00.50+02:00"),
        ("2016-07-01T14:30:00.123456000", "2016-07-01T14:30:00.123456"),
        ("2016-W26", "2016-W26"),
        ("2016-W26-5", "2016-07-01"),
        ("2016-183", "2016-07-01"),
        ("2016183", "2016-07-01"),
    ],
)
def test_every_form_is_kept_in_one_spelling(said: str, shown: str) -> None:
    type_ = made()
    assert type_.parse(said) == shown
    assert type_.from_storage(type_.to_storage(shown)) == shown


@settings(max_examples=150, deadline=None)
@given(one=MOMENTS, other=MOMENTS)
def test_the_order_of_the_stored_text_is_the_order_in_time(one: str, other: str) -> None:
    type_ = made()
    a, b = type_.check(one), type_.check(other)
    first, second = iso8601.read(a).instant, iso8601.read(b).instant
    if first != second:
        assert (type_.to_storage(a) < type_.to_storage(b)) == (first < second)
    assert type_.from_storage(type_.to_storage(a)) == a


@settings(max_examples=150, deadline=None)
@given(said=MOMENTS)
def test_the_engine_reads_the_same_moment(said: str) -> None:
    moment = iso8601.read(said)
    for text in (said, moment.text()):
        seconds = seconds_of(text)
        assert seconds.utc == pytest.approx(moment.instant.timestamp(), abs=1e-5)
        assert seconds.local == pytest.approx(moment.local.timestamp(), abs=1e-5)
    if moment.precision in "ymwd":
        assert ends_at(moment.text()) == pytest.approx(moment.end.timestamp(), abs=1e-4)


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet="0123456789-:TWZ+ .", max_size=30))
def test_nothing_but_a_refusal_leaves_the_reader(text: str) -> None:
    try:
        moment = iso8601.read(text)
    except ValueError:
        return
    assert iso8601.unstored(moment.stored()) == moment


@pytest.mark.parametrize(
    ("precision", "said", "kept"),
    [
        ("day", "2016-07-01 00:00:00", "2016-07-01"),
        ("month", "2016-07-01", "2016-07"),
        ("year", "2016", "2016"),
        ("minute", "2016-07-01T14:30:00", "2016-07-01T14:30"),
        ("second", "2016-07-01T14:30", "2016-07-01T14:30:00"),
    ],
)
def test_values_of_one_precision_lose_and_gain_only_zeros(
    precision: str, said: str, kept: str
) -> None:
    assert made(precision=precision).parse(said) == kept


@pytest.mark.parametrize(
    ("precision", "said"),
    [
        ("day", "2016-07"),
        ("day", "2016-07-01 10:00"),
        ("month", "2016-07-02"),
        ("month", "2016-W26"),
        ("minute", "2016-07-01"),
        ("minute", "2016-07-01T14:30:01"),
        ("second", "2016-07-01T14:30:00Z"),
    ],
)
def test_another_precision_is_refused_with_an_example(precision: str, said: str) -> None:
    with pytest.raises(BadValue, match="such as 2016"):
        made(precision=precision).parse(said)


def test_limits_hold_to_the_end_of_what_they_say() -> None:
    type_ = made(minimum="2016", maximum="2016-07")
    assert type_.parse("2016-01-01") == "2016-01-01"
    assert type_.parse("2016-07-31T23:59:59") == "2016-07-31T23:59:59"
    with pytest.raises(BadValue, match="must not be before 2016 "):
        type_.parse("2015-12-31")
    with pytest.raises(BadValue, match="must not be after 2016-07 "):
        type_.parse("2016-08-01")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"precision": "eon"}, "must be one of any, year, month"),
        ({"minimum": "soon"}, "must be a date such as 2016-07-01, or empty"),
        ({"minimum": "2017", "maximum": "2016"}, "2017) must be before the latest (2016"),
    ],
)
def test_options_that_do_not_fit_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(Refused) as caught:
        clean_draft(FieldDraft("day", "datetime", options=options))
    assert words in caught.value.message


def test_dates_of_python_are_taken() -> None:
    assert made().check(date(2016, 7, 1)) == "2016-07-01"
    assert made().check(datetime(2016, 7, 1, 14, 30, tzinfo=UTC)) == "2016-07-01T14:30:00Z"


@pytest.mark.parametrize("precision", FORMS)
def test_a_table_schema_says_it_and_reads_back(precision: str) -> None:
    options = DateTime.clean_options({"precision": precision, "maximum": "2020"})
    entry = DateTime("day", options).schema()
    (draft,) = drafts_from_schema({"fields": [entry]})
    assert clean_draft(draft).options == options
    bare = {key: value for key, value in entry.items() if key != "cc:precision"}
    (draft,) = drafts_from_schema({"fields": [bare]})
    wanted = precision if precision in ("year", "month", "day") else "any"
    assert clean_draft(draft).options["precision"] == wanted


@pytest.mark.parametrize(
    ("precision", "kind"),
    [("any", "text"), ("day", "date"), ("month", "month"), ("minute", "datetime-local")],
)
def test_the_form_has_the_browsers_own_picker(precision: str, kind: str) -> None:
    shown = made(precision=precision).form_field().widget.render("c_1", None, {})
    assert f'type="{kind}"' in shown
