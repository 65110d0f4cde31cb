import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.taskapi.sse import MAX_FRAME_BYTES, Decoder, FrameTooLargeError

CASES = {
    "event and data": (b'event: a\ndata: {"x":1}\n\n', [b'{"x":1}']),
    "no space behind the colon": (b"data:x\n\n", [b"x"]),
    "two spaces keep one": (b"data:  x\n\n", [b" x"]),
    "crlf": (b"event: a\r\ndata: x\r\n\r\ndata: y\r\n\r\n", [b"x", b"y"]),
    "lone cr": (b"data: x\r\rdata: y\r\r", [b"x", b"y"]),
    "several data lines": (b"data: [1,\ndata: 2]\n\n", [b"[1,\n2]"]),
    "data before event": (b"data: x\nevent: a\n\n", [b"x"]),
    "comments between frames": (b": ping\n\ndata: x\n\n: ping\n\n", [b"x"]),
    "a comment inside a frame": (b"event: a\n: ping\ndata: x\n\n", [b"x"]),
    "id and retry lines": (b"id: 7\nretry: 10\ndata: x\n\nid: 8\n\nretry: 5\n\n", [b"x"]),
    "an event without data": (b"event: a\n\ndata: x\n\n", [b"x"]),
    "a field named like data": (b"database: x\n\ndata: y\n\n", [b"y"]),
    "a byte-order mark": (b"\xef\xbb\xbfdata: x\n\n", [b"x"]),
    "many blank lines": (b"data: x\n\n\n\n\ndata: y\n\n", [b"x", b"y"]),
    "an unterminated frame is not given out": (b"data: x\n\ndata: y\n", [b"x"]),
    "data that holds the word data": (b'event: a\ndata: {"k":"data: "}\n\n', [b'{"k":"data: "}']),
}


@pytest.mark.parametrize(("stream", "expected"), CASES.values(), ids=CASES.keys())
def test_frames_are_cut_as_the_format_says(stream, expected):
    assert expected == Decoder().feed(stream)


@pytest.mark.parametrize(("stream", "expected"), CASES.values(), ids=CASES.keys())
def test_it_does_not_matter_where_the_chunks_end(stream, expected):
    for size in range(1, len(stream)):
        decoder = Decoder()

        frames = [
            frame
            for start in range(0, len(stream), size)
            for frame in decoder.feed(stream[start : start + size])
        ]

        assert expected == frames


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1), max_size=8
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.integers(1, 40),
)
def test_what_is_framed_comes_back(texts, line_end, size):
    stream = "".join(
        f"event: e{line_end}data: {text}{line_end}{line_end}" for text in texts
    ).encode()
    decoder = Decoder()

    frames = [
        frame
        for start in range(0, len(stream), size)
        for frame in decoder.feed(stream[start : start + size])
    ]

    assert [text.encode() for text in texts] == frames


LINES = (
    "event: a",
    "data: x",
    "data: y",
    "data:",
    "data: ",
    "data",
    "datum: z",
    ": c",
    "id: 1",
    "",
)


@given(st.lists(st.sampled_from(LINES), max_size=24), st.integers(1, 40))
def test_lines_in_any_order_are_read_as_one_by_one(lines, size):
    stream = "".join(f"{line}\n" for line in lines).encode()
    decoder = Decoder()

    frames = [
        frame
        for start in range(0, len(stream), size)
        for frame in decoder.feed(stream[start : start + size])
    ]

    expected, data = [], []
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            data += [value.removeprefix(" ")] if name == "data" else []
        else:
            expected.append("\n".join(data).encode())
            data = []
    assert [frame for frame in expected if frame] == frames


def test_a_frame_that_is_cut_is_not_given_out():
    assert Decoder().feed(b'data: x\n\ndata: {"a":') == [b"x"]


def test_a_frame_without_end_is_an_error():
    decoder = Decoder()
    decoder.feed(b"data: " + b"x" * (MAX_FRAME_BYTES // 2))
    with pytest.raises(FrameTooLargeError):
        decoder.feed(b"x" * MAX_FRAME_BYTES)
