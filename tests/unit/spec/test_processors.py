from enrich.spec.processors import PROCESSORS


def test_every_tier_has_a_fast_variant_of_the_same_price():
    names = [name for name in PROCESSORS if not name.endswith("-fast")]

    assert len(PROCESSORS) == 18
    for name in names:
        slow, fast = PROCESSORS[name], PROCESSORS[f"{name}-fast"]
        assert (slow.usd_per_1000, slow.max_fields) == (fast.usd_per_1000, fast.max_fields)


def test_prices_are_the_published_ones_in_usd_per_1000_runs():
    prices = {name: PROCESSORS[name].usd_per_1000 for name in ("lite", "base", "pro", "ultra8x")}

    assert prices == {"lite": 5, "base": 10, "pro": 100, "ultra8x": 2_400}


def test_research_is_deep_from_pro_upward():
    deep = [name for name, tier in PROCESSORS.items() if tier.deep and "-fast" not in name]

    assert deep == ["pro", "ultra", "ultra2x", "ultra4x", "ultra8x"]
