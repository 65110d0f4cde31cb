from enrich.server.processors import PROCESSORS


def test_every_tier_has_a_fast_variant_of_the_same_price():
    names = [name for name in PROCESSORS if not name.endswith("-fast")]

    assert len(PROCESSORS) == 18
    for name in names:
        slow, fast = PROCESSORS[name], PROCESSORS[f"{name}-fast"]
        assert (slow.price_mills, slow.max_fields) == (fast.price_mills, fast.max_fields)


def test_prices_are_the_published_ones_in_usd_per_1000_runs():
    assert {name: PROCESSORS[name].price_mills for name in ("lite", "base", "pro", "ultra8x")} == {
        "lite": 5,
        "base": 10,
        "pro": 100,
        "ultra8x": 2_400,
    }


def test_events_are_recorded_from_pro_upward():
    assert [name for name, p in PROCESSORS.items() if p.events and "-fast" not in name] == [
        "pro",
        "ultra",
        "ultra2x",
        "ultra4x",
        "ultra8x",
    ]
