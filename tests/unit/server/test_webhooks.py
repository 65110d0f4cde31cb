import pytest

from enrich.errors import ConfigError
from enrich.server.webhooks import GIVE_UP_S, retry_after_s, signature, signatures, signing_key

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"


def test_the_signature_is_that_of_the_published_example():
    # Protocol reference, section 18.10.
    body = (
        b'{"timestamp":"2026-11-21T09:16:40.551870Z","type":"task_run.status","data":{"run_id":'
        b'"trun_c90b2e4418d74f0f9a6653de71b84c55","interaction_id":'
        b'"trun_c90b2e4418d74f0f9a6653de71b84c55","status":"completed","is_active":false,'
        b'"warnings":null,"error":null,"processor":"core","metadata":{"job":"j-0007","row":'
        b'"000042"},"taskgroup_id":null,"created_at":"2026-11-21T09:14:02.118204Z",'
        b'"modified_at":"2026-11-21T09:16:40.551870Z"}}'
    )

    signed = signature(signing_key(SECRET), "whevent_19f0c3", 1_795_252_600, body)

    assert signed == "v1,c31Ck2+ThxBGMccLxRf+FMYZARd9qiV3SVn0UpF2WLw="
    assert signatures(SECRET, "whevent_19f0c3", 1_795_252_600, body) == (
        f"{signed} v1,DzmLtSwRMhhDWjRuPTu2f390rh8+63Jp/rAYD6OfFeo="
    )


@pytest.mark.parametrize("secret", ["", "whsec_", "MDEyMzQ1", "whsec_not base64!", "whsec_ä"])
def test_another_form_of_secret_is_refused(secret):
    with pytest.raises(ConfigError, match="whsec_"):
        signing_key(secret)


def test_waits_begin_at_5_seconds_and_double_for_48_hours():
    waits = [retry_after_s(attempts) for attempts in range(16)]

    assert waits[:4] == [5.0, 10.0, 20.0, 40.0]
    assert sum(waits[:15]) < GIVE_UP_S < sum(waits)
