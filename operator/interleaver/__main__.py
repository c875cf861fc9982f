"""Entry point of the `interleaver` command."""

from interleaver.cli import main

if __name__ == "__main__":
    main()
