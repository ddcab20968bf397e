"""``python -m secretguard``."""

from secretguard.cli import main

main()
