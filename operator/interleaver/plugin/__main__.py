"""Entry point of `kubectl-interleaver`, for `python -m interleaver.plugin`."""

from interleaver.plugin.program import main

if __name__ == "__main__":
    raise SystemExit(main())
