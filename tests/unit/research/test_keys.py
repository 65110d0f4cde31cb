"""A row of a file is found by its keys, and by nothing that is the key of another thing."""

import pytest

ROWS = (
    "sku,name,stock,country_code,parent_id,id,email,homepage,url\n"
    "A-200,Acme Kettle,40,DE,A-300,7,kettle@acme.example,kettle.acme.example,https://shop.example/kettle\n"
    "A-300,Globex Fan,75,PT,A-900,12345678,fan@globex.example,https://www.globex.example/,https://shop.example/fan\n"
    "A-300,Umbra Lamp,80,FR,,9,,,https://shop.example/lamp\n"
)


@pytest.fixture
def shop(pages):
    return pages(shop_csv=ROWS, note_md="# Offer\n\nSKU: A-777\n\nStock: 3\n")


@pytest.mark.parametrize(
    ("given", "stock"),
    [
        ({"sku": "A-200"}, 40),
        ({"sku": "a-200"}, 40),
        ({"product_sku": "A-200"}, 40),
        ({"article_number": "A-200"}, 40),
        ({"product": "A kettle of that maker", "sku": "A-200"}, 40),
        ({"id": 7}, 40),
        ({"product_id": 12345678}, 75),
        ({"email": "fan@globex.example"}, 75),
        ({"website": "https://kettle.acme.example/"}, 40),
        ({"domain": "globex.example"}, 75),
        ({"url": "https://shop.example/lamp/"}, 80),
        ("A-200", 40),
        ("How many of fan@globex.example are in stock?", 75),
    ],
)
def test_a_row_is_found_by_its_key(shop, look_up, given, stock):
    assert look_up(shop, given, {"stock": {"type": "integer"}})["content"] == {"stock": stock}


@pytest.mark.parametrize(
    "given",
    [
        {"sku": "A-300"},
        {"sku": "A-20"},
        {"sku": "A-900"},
        {"sku": "A-777"},
        {"country_code": "PT"},
        {"vendor_id": 7},
        {"company": "Nobody", "id": 7},
        "Stock of A-900",
        "7",
    ],
    ids=["of two", "a part", "the key of its parent", "not of a row", "of a country", "of anything", "beside a name", "of nothing", "a number"],
)  # fmt: skip
def test_what_is_no_key_of_one_row_finds_none(shop, look_up, given):
    assert look_up(shop, given, {"stock": {"type": "integer"}})["content"] == {"stock": None}


def test_the_name_goes_before_a_key(shop, look_up):
    given = {"name": "Globex Fan", "sku": "A-200"}

    assert look_up(shop, given, {"stock": {"type": "integer"}})["content"] == {"stock": 75}
