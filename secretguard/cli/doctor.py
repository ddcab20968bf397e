"""``secretguard doctor``: is this repository set up to keep secrets out?"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from typing import Any

import click

from secretguard import init
from secretguard.cli import INCOMPLETE
from secretguard.cli.common import config_options
from secretguard.cli.settings import config_of, layers, unknown
from secretguard.config import Config, scope_of
from secretguard.doctor import Trouble, examine
from secretguard.doctor.examine import Patient
from secretguard.git import Repository
from secretguard.layers import Layer
from secretguard.model import UserError
from secretguard.reports.text import printable
from secretguard.reports.words import count

EPILOG = """\b
Exit codes: 0 all is well, 1 there is something to mend, 2 something could not be looked at.
In CI (where the variable CI is set) nothing is said of hooks: nobody commits there.
"""


@click.command("doctor", epilog=EPILOG)
@click.option("--fix", is_flag=True, help="Mend what can be mended without harm: hooks, lines of .gitignore.")
@click.option("--format", "form", type=click.Choice(["human", "json"]), default="human", help="Form of the list.")
@config_options
def command(fix: bool, form: str, **options: Any) -> None:
    """Look for what lets secrets into this repository, and say how to mend it."""
    repo = init.repository()
    found, config, known = configured(options)
    top, program, fresh = Repository.open(repo.work_tree), shutil.which("secretguard"), bool(os.environ.get("CI"))
    patient, errors = Patient(top, config, known, program, fresh, found), list[str]()
    troubles = examine(patient, errors)
    troubles, left = mended(troubles, patient) if fix else (troubles, troubles)
    tell(troubles, left, errors, form)
    raise click.exceptions.Exit(INCOMPLETE if errors else int(bool(left)))


def configured(options: Mapping[str, Any]) -> tuple[list[Trouble], Config, list[Layer]]:
    """The configuration, and what is wrong with it; a file that can't be understood counts for nothing."""
    mending = "secretguard config show    says where each value comes from"
    try:
        known = layers(options, scope_of([]))
        wrong = unknown(known)
        config = config_of({**options, "no_config": True} if wrong else options, accepting=True)
        return [Trouble("configuration", each, mending) for each in wrong], config, known
    except UserError as error:
        return [Trouble("configuration", str(error), "mend that line")], config_of({"no_config": True}), []


def mended(troubles: list[Trouble], patient: Patient) -> tuple[list[Trouble], list[Trouble]]:
    """Mend what can be mended without harm, and what shows then: all the troubles there were, and what is left."""
    known = {trouble.what: trouble for trouble in troubles}
    left, tried = troubles, set[str]()
    while fixes := [trouble for trouble in left if trouble.fix and trouble.what not in tried]:
        for trouble in fixes:
            tried.add(trouble.what)
            mend(trouble)
        left = examine(patient, [])
        known |= {trouble.what: trouble for trouble in left}
    return list(known.values()), left


def mend(trouble: Trouble) -> None:
    """Mend one; what keeps it from being mended is told, and keeps no other from it."""
    try:
        if trouble.fix:
            trouble.fix()
    except UserError as error:
        click.echo(f"secretguard: {printable(str(error))}", err=True)


def tell(troubles: list[Trouble], left: list[Trouble], errors: list[str], form: str) -> None:
    """Say what there was, and what of it is left."""
    still = {trouble.what for trouble in left}
    if form == "json":
        rows = [{"part": t.part, "what": t.what, "mend": t.mend, "mended": t.what not in still} for t in troubles]
        click.echo(json.dumps({"schema": 1, "complete": not errors, "troubles": rows, "errors": errors}, indent=1))
        return
    for trouble in troubles:
        click.echo(printable(f"{trouble.part}: {trouble.what}"))
        click.echo(printable(f"  {trouble.mend}" if trouble.what in still else "  mended"))
    for error in errors:
        click.echo(printable(f"not looked at: {error}"), err=True)
    click.echo(f"{count(len(left), 'thing')} to mend" if left else "nothing else to mend" if errors else "all is well")
