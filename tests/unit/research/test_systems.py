"""The oldest release of an operating system on which something runs, and not the thing's own version."""

import pytest

from enrich.research.systems import oldest


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("Runs on", "Android 9 and later; iOS 15 and later; Wear OS 3", ["9"]),
        ("Oldest supported systems", "Android 10, iOS 14", ["10"]),
        ("Android OS", "7.0 and up", ["7.0"]),
        ("", "Android users must be on Android 11 or above.", ["11"]),
        ("", "Android devices need at least version 8.1 of the operating system.", ["8.1"]),
        ("", "iOS 15 is enough; I did not try it on Android.", []),
        ("", "It was tested on Android 14 and later.", []),
        ("Version", "7.3.1", []),
    ],
)
def test_what_release_is_needed_at_least(label, text, expected):
    assert [c.value for c in oldest("android", label, text)] == expected


ASKED = {"type": ["string", "null"], "description": "Lowest Android version the app requires."}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("- Version: 7.3.1\n- Needs: Android 9 or newer", "9"),
        ("- Version: 7.3.1\n", None),
    ],
)
def test_its_own_version_is_none_of_a_system(pages, look_up, lines, expected):
    found = look_up(pages(acme_md=f"# Acme\n\n{lines}\n"), {"app": "Acme"}, {"min_android": ASKED})
    assert found["content"] == {"min_android": expected}
