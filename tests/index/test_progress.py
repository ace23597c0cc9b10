from index.progress import Meter, Progress


def test_a_meter_tells_rate_and_time_left_from_what_it_has_seen() -> None:
    seen: list[Progress] = []
    times = iter([100.0, 100.0, 104.0, 110.0, 120.0])
    meter = Meter([999, 2999], seen.append, lambda: next(times))
    meter.tell(0, 0)
    meter.files = 1
    meter.tell(20, 20)
    meter.tell(40, 0)
    meter.files = 2
    meter.tell(160, 0, "writing")
    assert seen == [
        Progress("reading", 0, 2, 0, 0, None, None),
        # Half the passages of a quarter of the bytes took 4 seconds.
        Progress("reading", 1, 2, 20, 40, 5.0, 28.0),
        Progress("reading", 1, 2, 40, 40, 4.0, 30.0),
        Progress("writing", 2, 2, 160, 160, 8.0, 0.0),
    ]


def test_files_of_which_nothing_is_embedded_take_time_too() -> None:
    seen: list[Progress] = []
    times = iter([0.0, 2.0])
    meter = Meter([0, 0, 0, 0], seen.append, lambda: next(times))
    meter.files = 1
    meter.tell(0, 0)
    assert seen == [Progress("reading", 1, 4, 0, 0, None, 6.0)]


def test_nothing_to_read_is_nothing_to_wait_for() -> None:
    seen: list[Progress] = []
    Meter([], seen.append, lambda: 0.0).tell(0, 0)
    assert seen == [Progress("reading")]
