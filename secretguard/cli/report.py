"""``secretguard report``: what a store holds, in any form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from secretguard.cli.common import run, run_options


@click.command("report")
@click.argument("store", type=click.Path(dir_okay=False, path_type=Path))
@run_options
def command(store: Path, **options: Any) -> None:
    """Report what sweeps have written into STORE (see 'sweep --store'), without reading any repository again."""
    from secretguard import doors

    run(options, lambda config, _: doors.report_store(store, config))
