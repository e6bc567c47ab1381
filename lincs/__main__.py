"""``python -m lincs`` is the command ``lincs``."""

from lincs.cli import main

if __name__ == "__main__":
    main()
