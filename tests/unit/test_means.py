"""What may answer beside the documents, as a job or a command names it."""

import pytest

from enrich.errors import ConfigError
from enrich.job import make_job
from enrich.local import Means, Serving, _model, embedded, research_engine, serve


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"search": "brave"}, "local.search: it is of no use unless the web is allowed"),
        ({"private_web": True}, "local.private_web: it is of no use unless the web is allowed"),
        (
            {"web": True, "search": "bing"},
            "'bing' is no search; write searxng=URL, brave or parallel",
        ),
        ({"web": True, "search": "searxng"}, "'searxng' is no search"),
        ({"web": True, "search": "brave"}, "the environment variable BRAVE_API_KEY is not set"),
        (
            {"web": True, "search": "parallel"},
            "the environment variable PARALLEL_API_KEY is not set",
        ),
        ({"model": "m"}, "the environment variable OPENAI_API_KEY is not set"),
        ({"model_url": "http://127.0.0.1:1/v1"}, "it is of no use without the model's name"),
        ({"model": "m", "model_url": "here"}, "'here' is no address"),
        ({"model": "m", "model_url": "http://[bad"}, "'http://[bad' is no address"),
        ({"web": True, "search": "searxng=http://[bad"}, "'searxng=http://[bad' is no search"),
        ({"web": True, "search": "searxng=http://"}, "'searxng=http://' is no search"),
    ],
)
def test_means_that_cannot_be_had_are_named_with_what_to_do(named, said, tmp_path, monkeypatch):
    for name in ("BRAVE_API_KEY", "PARALLEL_API_KEY", "OPENAI_API_KEY", "ENRICH_MODEL_KEY"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(ConfigError) as told:
        research_engine([], tmp_path / "index.db", Means(**named))

    assert said in str(told.value)


def test_a_key_is_stripped_and_one_that_cannot_be_sent_is_told_without_it(tmp_path, monkeypatch):
    for name, named in (
        ("BRAVE_API_KEY", {"web": True, "search": "brave"}),
        ("OPENAI_API_KEY", {"model": "m"}),
    ):
        monkeypatch.setenv(name, "secr\u00e9t")
        with pytest.raises(ConfigError) as told:
            research_engine([], tmp_path / "index.db", Means(**named))
        assert f"{name} holds what cannot be sent" in str(told.value)
        assert "secr" not in str(told.value)
    monkeypatch.setenv("OPENAI_API_KEY", " secret\n")

    settings = _model(Means(model="m"))
    assert settings is not None
    assert settings.key == "secret"


def test_an_index_that_cannot_be_is_named(tmp_path):
    (tmp_path / "index.db").mkdir()

    with pytest.raises(ConfigError, match="state: The index of the documents cannot be used"):
        research_engine([str(tmp_path)], tmp_path / "index.db")


@pytest.mark.parametrize("workers", [None, 1])
def test_a_folder_that_a_server_cannot_have_is_named(tmp_path, workers):
    (tmp_path / "file").write_text("in the way")
    serving = Serving(
        corpus=[], host="127.0.0.1", port=0, state=str(tmp_path / "file/below"), workers=workers
    )

    with pytest.raises(ConfigError, match="file/below cannot be made: Not a directory"):
        serve(serving, on_ready=lambda *_: None)


def test_a_folder_that_the_embedded_server_cannot_have_is_named(tmp_path):
    (tmp_path / "local-server").write_text("in the way")
    task = {"processor": "base", "inputs": ["a"], "output": "auto"}
    job = make_job({"task": task, "api": {"base_url": "local"}, "state": str(tmp_path)})

    with pytest.raises(ConfigError, match="local-server cannot be made"), embedded(job):
        pass


def test_the_key_of_openai_goes_to_openai_alone(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "for-openai")
    monkeypatch.delenv("ENRICH_MODEL_KEY", raising=False)
    keys = []
    for url in (None, "https://elsewhere.example/v1"):
        settings = _model(Means(model="m", model_url=url))
        assert settings is not None
        keys.append(settings.key)

    assert keys == ["for-openai", ""]
