import pytest

from enrich.errors import ConfigError
from enrich.server.keys import new_key, parse_keys, read_keys
from enrich.server.settings import ApiKey, Quota


def test_a_new_key_is_known_by_its_lines_and_its_secret_is_not_in_them(tmp_path):
    secret, lines = new_key("ada")
    path = tmp_path / "keys.toml"
    path.write_text(f"{lines}runs_per_minute = 7\ncredit_usd = 1.5\n")

    (key,) = read_keys(path)

    assert key == ApiKey.of(secret, name="ada", quota=Quota(limit=7), credit_usd=1.5)
    assert secret not in lines


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[ada]\n", "ada.sha256"),
        ('[ada]\nsha256 = "secret"\n', "ada.sha256"),
        (f'[ada]\nsha256 = "{"0" * 64}"\nquota = 3\n', "ada.quota"),
        (f'[ada]\nsha256 = "{"0" * 64}"\ncredit_usd = -1\n', "ada.credit_usd"),
        ("ada = [", "cannot be read"),
    ],
)
def test_a_file_that_is_none_names_the_place(tmp_path, text, message):
    path = tmp_path / "keys.toml"
    path.write_text(text)

    with pytest.raises(ConfigError, match=message):
        read_keys(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        read_keys(tmp_path / "none.toml")


def test_pairs_are_read_in_order():
    assert [key.name for key in parse_keys("a=1, b=2,", where="KEYS")] == ["a", "b"]
    with pytest.raises(ConfigError, match="KEYS holds"):
        parse_keys("a", where="KEYS")


@pytest.mark.parametrize("name", ["", "a b", "a]", "ä"])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(ConfigError):
        new_key(name)
