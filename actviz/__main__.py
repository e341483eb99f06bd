"""`python -m actviz`."""

from actviz.cli import main

if __name__ == "__main__":
    main()
