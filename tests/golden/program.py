"""Finds and runs the program under test, for every script of the tests.

PIFU names the program; without it the newest build in the source tree is taken.
"""
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TIMEOUT = float(os.environ.get('PIFU_TEST_TIMEOUT', '60'))


def find():
    """The path of the program; ends the script with 2 when there is none."""
    if 'PIFU' in os.environ:
        if not os.access(os.environ['PIFU'], os.X_OK):
            sys.exit(f'PIFU={os.environ["PIFU"]}: no such program')
        return os.environ['PIFU']
    built = sorted(ROOT.glob('build/*/pifu'), key=lambda p: p.stat().st_mtime)
    if not built:
        sys.exit('no program: set PIFU or run ./dev build')
    return str(built[-1])


class Result:
    """What a run gave: rc (negative: killed by that signal), out, err as bytes."""

    def __init__(self, rc, out, err):
        self.rc, self.out, self.err = rc, out, err

    def records(self):
        return [json.loads(line) for line in self.out.decode('utf-8').splitlines() if line]

    def complaint(self):
        return self.err.decode('utf-8', 'replace').strip()[-2000:]


def run(*args, stdin=b'', timeout=TIMEOUT, cwd=None):
    child = subprocess.run([find(), *map(str, args)], input=stdin, capture_output=True,
                           timeout=timeout, cwd=cwd)
    return Result(child.returncode, child.stdout, child.stderr)


def words(folder, name):
    """The words of a small file in a case folder, [] where it does not exist."""
    path = folder / name
    return path.read_text(encoding='utf-8').split() if path.exists() else []


def inputs(folder):
    """The inputs of a case: `inputs` names files elsewhere, `input.*` are its own."""
    named = [(folder / name).resolve() for name in words(folder, 'inputs')]
    return named + sorted(folder.glob('input.*'))


def cases():
    """The case folders: those that have a table of truth."""
    return sorted(p.parent for p in HERE.glob('*/gold.tsv'))


def samples():
    return sorted(p for p in (ROOT / 'samples').iterdir()
                  if p.suffix in ('.txt', '.md') and p.name != 'README.md')


def every_input():
    """Each input of the samples and golden cases once, with the options of its case."""
    seen = {}
    for case in cases():
        for path in inputs(case):
            seen.setdefault(path, words(case, 'args'))
    for path in samples():
        seen.setdefault(path.resolve(), [])
    return sorted(seen.items())
