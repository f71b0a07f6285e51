"""Finds and runs the program under test, for every script of the tests.

PIFU names the program; without it the newest build in the source tree is taken.
Word, Excel and encoded inputs are made from their descriptions (tests/fixtures), into the
folder golden of the build: input.docx.txt gives input.docx there.
"""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MADE = pathlib.Path(os.environ.get('PIFU_BUILD', ROOT / 'build')) / 'golden'
sys.path.insert(0, str(HERE.parent / 'fixtures'))
import harm  # noqa: E402
import make_docx  # noqa: E402
import make_page  # noqa: E402
import make_xlsx  # noqa: E402

MAKERS = {'docx': make_docx.make_docx, 'xlsx': make_xlsx.make, 'page': make_page.make}
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


def made(path):
    """The file that a description tells of (input.NAME.docx.txt), else `path` itself. Several
    scripts may make it at once: the bytes are the same, and it appears whole."""
    maker = MAKERS.get(path.suffixes[-2][1:] if len(path.suffixes) > 1 else '')
    if not maker or path.suffix != '.txt':
        return path
    data = harm.do(maker(path.read_text(encoding='utf-8')), words(path.parent, 'harm'))
    out = MADE / path.parent.name / path.stem
    if not out.exists() or out.read_bytes() != data:
        out.parent.mkdir(parents=True, exist_ok=True)
        part = out.with_name(f'{out.name}.{os.getpid()}')
        part.write_bytes(data)
        part.replace(out)
    return out


def inputs(folder):
    """The inputs of a case: `inputs` names files elsewhere, `input.*` are its own, `twins` names
    files elsewhere that come after these."""
    named = lambda name: [made((folder / word).resolve()) for word in words(folder, name)]
    return named('inputs') + list(map(made, sorted(folder.glob('input.*')))) + named('twins')


def shown(path):
    """A path as messages name it."""
    for base in (MADE, ROOT):
        if path.is_relative_to(base):
            return path.relative_to(base)
    return path


def cases():
    """The case folders: those that have a table of truth."""
    return sorted(p.parent for p in HERE.glob('*/gold.tsv'))


def samples():
    return sorted(p for p in (ROOT / 'samples').iterdir()
                  if p.suffix in ('.txt', '.md') and p.name != 'README.md')


def every_input():
    """Each input of the samples and golden cases once, with the options of its case. Cases
    that end with an error have nothing to say."""
    seen = {}
    for case in cases():
        if (words(case, 'exit') or ['0'])[0] not in '01':
            continue
        for path in inputs(case):
            seen.setdefault(path, words(case, 'args'))
    for path in samples():
        seen.setdefault(path.resolve(), [])
    return sorted(seen.items())


def each(listed, check):
    """(path, check(path, args)) of every input in order; as many at a time as there are processors."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda one: check(*one), listed)
        yield from zip((path for path, _ in listed), found)
