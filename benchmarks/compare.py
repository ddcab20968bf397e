"""What other scanners find in a repository that secretguard does not, and why; and the other way round.

python benchmarks/compare.py --repo REPO --environment DIR [--output FILE]

By distinct value, not by place. Values are read in clear, from files outside the checkout, and shown masked.
With --environment the peers run too; with --peer their reports are there already.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from classify import LOOKS, reason
from findings import READERS, Sighting, mask, read
from peers import CHECKOUT, OURS, PEERS, history_command, locate
from table import markdown, tell

OVERLAP = 16  # shorter values may lie inside others by chance
By = Mapping[str, Sequence[Sighting]]


def by_value(sightings: Iterable[Sighting]) -> dict[str, list[Sighting]]:
    """The places of each value."""
    found: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        found[sighting.value.strip()].append(sighting)
    return dict(found)


class Known:
    """The values one side reports. A value counts as known if one holds the other: tools cut differently."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values = set(values)
        self._long = [value for value in self._values if len(value) >= OVERLAP]

    def __contains__(self, value: str) -> bool:
        if value in self._values:
            return True
        return len(value) >= OVERLAP and any(value in own or own in value for own in self._long)


def rules_table(peers: Mapping[str, By], ours: Known) -> str:
    """Per peer and rule: how many distinct values, and how many of them we report."""
    rows = []
    for tool, values in peers.items():
        total, both = Counter[str](), Counter[str]()
        for value, places in values.items():
            for rule in {place.rule for place in places}:
                total[rule] += 1
                both[rule] += value in ours
        rows += [(tool, rule, str(n), str(both[rule]), str(n - both[rule])) for rule, n in total.most_common()]
    head = ("peer", "its rule", "distinct values", "reported by us too", "not by us")
    return markdown(head, rows)


def own_table(ours: By, peers: Mapping[str, By]) -> str:
    """Per rule of ours: how many distinct values, and how many of them each peer reports."""
    known = {tool: Known(values) for tool, values in peers.items()}
    total, seen = Counter[str](), Counter[tuple[str, str]]()
    for value, places in ours.items():
        for rule in {place.rule for place in places}:
            total[rule] += 1
            hits = [tool for tool, values in known.items() if value in values]
            seen.update((rule, tool) for tool in hits or ["nobody"])
    columns = [*known, "nobody"]
    rows = [(rule, str(n), *(str(seen[rule, tool]) for tool in columns)) for rule, n in total.most_common()]
    heads = [*(f"{tool} too" for tool in known), "nobody else"]
    return markdown(("our rule", "distinct values", *heads), rows)


def missed(peers: Mapping[str, By], ours: Known) -> dict[str, list[tuple[Sighting, str]]]:
    """What we do not report, by reason; a value once, with all the tools that do."""
    merged: dict[str, list[Sighting]] = defaultdict(list)
    for values in peers.values():
        for value, places in values.items():
            if value not in ours:
                merged[value] += places
    found: dict[str, list[tuple[Sighting, str]]] = defaultdict(list)
    for places in merged.values():
        # The place that tells most speaks for the value: kingfisher shows no context.
        best = max(places, key=lambda place: len(place.context))
        tools = ", ".join(sorted({place.tool for place in places}))
        found[reason(best)].append((best, tools))
    return found


def reasons_table(found: Mapping[str, Sequence[tuple[Sighting, str]]]) -> str:
    rows = sorted(((text, str(len(items))) for text, items in found.items()), key=lambda r: -int(r[1]))
    return markdown(("reason", "distinct values"), rows)


def places_table(items: Sequence[tuple[Sighting, str]]) -> str:
    rows = [
        (mask(s.value), s.rule, tools, f"`{s.path}:{s.line}`", s.commit[:10])
        for s, tools in sorted(items, key=lambda item: (item[0].path, item[0].line))
    ]
    return markdown(("value", "rule", "reported by", "place", "commit"), rows)


def report(ours: Sequence[Sighting], peers: Mapping[str, Sequence[Sighting]]) -> str:
    """All tables, as Markdown."""
    mine, theirs = by_value(ours), {tool: by_value(found) for tool, found in peers.items()}
    lost = missed(theirs, Known(mine))
    parts = ["# Findings compared, by distinct value", rules_table(theirs, Known(mine))]
    parts += ["## Ours, and who else has them", own_table(mine, theirs)]
    parts += ["## Reported by a peer and not by us: why", reasons_table(lost)]
    for text in sorted(lost, key=lambda text: (text not in LOOKS, text)):
        parts += [f"### {text[:1].upper()}{text[1:]}", places_table(lost[text])]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def sweep(command: Sequence[str], repository: Path) -> list[Sighting]:
    """Our findings with their values, through a file that only we can read and that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "ours.json"
        out.touch(mode=0o600)
        options = ("--show-secrets", "--format", "json", "--output", str(out))
        done = subprocess.run([*command, "sweep", str(repository), *options], check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(f"{OURS} could not scan all of {repository.name}: {done.returncode}")
        return read(OURS, out)


def ask_peers(environment: Path, repository: Path) -> dict[str, list[Sighting]]:
    """What each peer finds in the whole history, through files that are gone afterwards."""
    found = {}
    for tool, program in locate(environment).items():
        if tool not in READERS:
            continue
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / f"{tool}.json"
            argv = history_command(tool, str(program), repository, out)
            quiet = subprocess.DEVNULL
            done = subprocess.run(argv, cwd=folder, stdout=quiet, stderr=quiet, check=False)
            if done.returncode not in PEERS[tool].accept:
                raise SystemExit(f"{tool} failed on {repository.name}: {done.returncode}")
            found[tool] = read(tool, out)
    return found


def outside(path: Path) -> Path:
    """A report with values in clear has no place in the checkout, where it could be committed."""
    if path.resolve().is_relative_to(CHECKOUT):
        raise SystemExit(f"{path.name}: a report with secrets lies inside the checkout; move it out")
    return path


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--repo", type=Path, help="the repository to sweep")
    add("--ours-report", type=Path, help="our report, made with --show-secrets, instead of a sweep")
    add("--ours", default=OURS, help="our command (default secretguard)")
    add("--environment", type=Path, help="an environment with the peers in it: let them scan REPO")
    add("--peer", action="append", default=[], metavar="NAME=REPORT", help="a peer's JSON report")
    add("--output", type=Path, help="the Markdown to write (default: to stdout)")
    options = parser.parse_args(argv)
    if not options.repo and (options.environment or not options.ours_report):
        parser.error("--repo is needed to run a scanner")
    return options


def main(argv: Sequence[str] | None = None) -> None:
    options = arguments(argv)
    named = dict(text.partition("=")[::2] for text in options.peer)
    if named.keys() - READERS.keys():
        raise SystemExit(f"--peer: NAME is one of {', '.join(READERS)}")
    repository = options.repo.resolve() if options.repo else Path()
    peers = ask_peers(options.environment, repository) if options.environment else {}
    peers |= {name: read(name, outside(Path(path))) for name, path in named.items()}
    if options.ours_report:
        ours = read(OURS, outside(options.ours_report))
    else:
        ours = sweep(shlex.split(options.ours), repository)
    text = report(ours, peers)
    tell(text, options.output)


if __name__ == "__main__":
    main()
