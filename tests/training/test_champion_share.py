"""The benchmark's arithmetic: what is shared, and how sure it is."""

from benchmarks.champion import figure_of, share_of


def test_it_is_the_delayed_part_of_all_seconds():
    assert share_of([(1.0, 10.0), (0.0, 30.0)]) == 0.025


def test_it_holds_when_people_hardly_wait():
    figure = figure_of([(0.2, 10.0)] * 8)
    assert (round(figure.value, 6), figure.holds) == (0.02, True)
    assert figure.low == figure.high == figure.value


def test_a_champion_that_gives_no_way_is_caught():
    figure = figure_of([(5.0, 10.0), (4.0, 9.0), (6.0, 12.0), (0.0, 5.0)] * 3)
    assert not figure.holds
    assert figure.low <= figure.value <= figure.high
