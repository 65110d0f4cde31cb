from enrich.server.settings import ApiKey


def test_a_key_does_not_hold_its_secret():
    key = ApiKey.of("correct horse", name="a")

    assert "correct horse" not in repr(key)
    assert len(key.digest) == 64
