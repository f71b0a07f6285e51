#!/usr/bin/env python3
"""./dev conform: our grid beside LibreOffice's HTML, pandoc and mammoth, table by table.
Word files are read by all three, workbooks by LibreOffice only. Pages are not compared: tables that
only lay a page out are none in our grid.

usage: run.py [--all] [--json] [--fresh] [FILE|FOLDER…]      without: the project's own fixtures

A table counts as agreed where every reader that can be had gives the same cells (tables.py says
what "the same" is). Each agreed table is looked for in our grid; where we differ, the cells are
shown with what in the document explains it (reasons.py). With --all, tables on which the
others disagree among themselves are shown too, with the readers that agree with us.

What the others made of a file is kept in build/conform/html by the hash of its bytes.
"""
import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import peers
import reasons
import tables

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / 'fixtures'))
BUILD = pathlib.Path(os.environ.get('PIFU_BUILD', ROOT / 'build' / 'release'))
KEPT = ROOT / 'build' / 'conform'
KINDS = {'docx': 'docx', 'docm': 'docx', 'dotx': 'docx', 'dotm': 'docx', 'xlsx': 'xlsx', 'xlsm': 'xlsx'}
OURS = 'pifu'
STEP = 40  # files that a reader is given at a time


def build_cells(folder):
    """Compile cells.c over the static library of the build."""
    out = os.path.join(folder, 'cells')
    modules = re.search('^Requires.private: (.*)', (BUILD / 'pifu.pc').read_text(), re.M).group(1).split()
    flags = subprocess.run(['pkg-config', '--cflags', '--libs', *modules], check=True, capture_output=True,
                           text=True).stdout.split()
    subprocess.run([os.environ.get('PIFU_CC', 'cc'), '-std=c11', '-D_DEFAULT_SOURCE', '-O2', '-o', out,
                    str(HERE / 'cells.c'), f'-I{ROOT}/extractor', f'-I{ROOT}/include', str(BUILD / 'libpifu.a'),
                    *flags, '-lm', '-pthread', *os.environ.get('PIFU_FLAGS', '').split()], check=True)
    return out


def able(available, kind):
    """The readers that read such files."""
    return [p for p in available if kind in p.inputs]


class Document:
    """One file: what each reader makes of it."""

    def __init__(self, path):
        self.path, self.kind = path, KINDS.get(path.suffix.lower().lstrip('.'), '')
        self.hash = hashlib.sha256(path.read_bytes()).hexdigest()[:24]
        self.read, self.status, self.ours = {}, '', {}

    def kept(self, peer):
        return KEPT / 'html' / f'{self.hash}.{peer.name}.html'

    def load(self, available):
        for peer in able(available, self.kind):
            if self.kept(peer).exists():
                text = self.kept(peer).read_text(encoding='utf-8', errors='replace')
                found = [tables.canonical(cells) for cells in tables.from_html(text)]
                self.read[peer.name] = [t for t in found if t]

    def read_ours(self, cells):
        """Our tables, canonical, by their path; the status is empty where all went well."""
        try:
            run = subprocess.run([cells, str(self.path)], capture_output=True, timeout=60, check=False)
        except subprocess.TimeoutExpired:
            self.status = 'late'
            return
        if run.returncode:
            self.status = f'exit code {run.returncode}: {run.stderr.decode("utf-8", "replace").strip()[-300:]}'
            return
        self.paths = tables.from_dump(run.stdout.decode('utf-8', 'replace'))
        for path, cells_of in self.paths.items():
            form = tables.canonical(tables.split_joined([c for c, _ in cells_of]))
            if form:
                self.ours[path] = form


def convert(documents, available, fresh):
    """Have the others read what they have not read yet. What they cannot read stays unread."""
    (KEPT / 'html').mkdir(parents=True, exist_ok=True)
    for peer in available:
        mark = lambda d: d.kept(peer).with_suffix('.tried')
        for kind in peer.inputs:
            jobs = [d for d in documents if d.kind == kind and (fresh or not mark(d).exists())]
            if jobs:
                print(f'conform: {peer.name} reads {len(jobs)} files ({kind})', file=sys.stderr, flush=True)
            for at in range(0, len(jobs), STEP):
                part = jobs[at:at + STEP]
                peer.convert([(d.path, str(d.kept(peer))) for d in part], kind)
                for d in part:
                    mark(d).touch()


def agreed_tables(document, names):
    """The tables that all the named readers give, in the order of the first; how many any gives."""
    counts = [collections.Counter(document.read.get(n, [])) for n in names]
    common = counts[0]
    for other in counts[1:]:
        common = common & other
    any_reader = counts[0]
    for other in counts[1:]:
        any_reader = any_reader | other
    left, ordered = common.copy(), []
    for table in document.read.get(names[0], []):
        if left[table]:
            left[table] -= 1
            ordered.append(table)
    return ordered, sum(any_reader.values())


def likeness(a, b):
    """How alike two canonical tables are, 0 to 1: by the characters of their texts."""
    letters = lambda t: collections.Counter(''.join(c[4] for c in t))
    one, other = letters(a), letters(b)
    return sum((one & other).values()) / max(sum(one.values()), sum(other.values()))


def compare(document, names):
    """(tables agreed, [(table of the others, our path or None)] where ours is not the same)."""
    agreed, total = agreed_tables(document, names)
    free = dict(document.ours)
    missing = []
    for table in agreed:
        path = next((p for p, t in free.items() if t == table), None)
        if path is None:
            missing.append(table)
        else:
            del free[path]
    pairs = []
    for table in missing:
        path = max(free, key=lambda p: likeness(table, free[p]), default=None)
        if path is not None and likeness(table, free[path]) < 0.2:
            path = None
        if path is not None:
            pairs.append((table, path))
            del free[path]
        else:
            pairs.append((table, None))
    return len(agreed), total, pairs


def show_cell(cell):
    row, column, down, across, text = cell
    span = f' {down}x{across}' if (down, across) != (1, 1) else ''
    return f'{row},{column}{span} {text[:60]!r}'


def show_difference(table, ours, say):
    theirs, mine = set(table), set(ours)
    for mark, cells in (('-', sorted(theirs - mine)), ('+', sorted(mine - theirs))):
        for cell in cells[:6]:
            say(f'      {mark} {show_cell(cell)}')
        if len(cells) > 6:
            say(f'      {mark} … {len(cells) - 6} more')


def report(document, names, say, totals, show_all):
    if document.status:
        totals['unread'] += 1
        say(f'{document.path}\n    {OURS}: {document.status}')
        return
    agreed, total, pairs = compare(document, names)
    totals['tables'] += total
    totals['agreed'] += agreed
    totals['same'] += agreed - len(pairs)
    if pairs:
        say(str(document.path))
    for table, path in pairs:
        why = reasons.explain(document, table, path)
        totals['explained' if why else 'different'] += 1
        totals['labels'] += why == ['numbering label']
        totals[f'why {", ".join(why) or "not explained"}'] += 1
        say(f'    {path or "no such table in ours"}: {", ".join(why) or "NOT EXPLAINED"}')
        show_difference(table, document.ours.get(path, ()), say)
    if show_all:
        show_disputed(document, names, say)


def show_disputed(document, names, say):
    """Our tables that not all of the others give, and who gives them."""
    for path, table in document.ours.items():
        with_us = [n for n in names if table in document.read.get(n, [])]
        if len(with_us) < len(names):
            say(f'    {document.path.name} {path}: as {", ".join(with_us) or "nobody"}')


def find_files(given, folder):
    """The files named, those in folders named, or all fixtures, made into `folder`."""
    if given:
        for name in map(pathlib.Path, given):
            inside = sorted(p for p in name.rglob('*') if p.is_file()) if name.is_dir() else [name]
            yield from (p for p in inside if not name.is_dir() or p.suffix.lower().lstrip('.') in KINDS)
        return
    import make_docx
    for description in sorted((HERE.parent / 'fixtures' / 'docx').glob('*.txt')):
        out = pathlib.Path(folder) / f'{description.stem}.docx'
        make_docx.make_file(str(description), str(out))
        yield out


def summary(totals, unread, say):
    say('')
    say(f'{totals["files"]} files, {totals["tables"]} tables that any reader finds, '
        f'{totals["agreed"]} on which all agree')
    for name, count in unread.items():
        say(f'  {name} could not read {count} files')
    if totals['agreed']:
        share = lambda n: f'{100 * n / totals["agreed"]:.2f} %'
        say(f'  the same in ours: {totals["same"]} ({share(totals["same"])})')
        say(f'  and numbering labels aside, which HTML keeps as lists: {totals["same"] + totals["labels"]} '
            f'({share(totals["same"] + totals["labels"])})')
        say(f'  and with all differences that the document explains: {totals["same"] + totals["explained"]} '
            f'({share(totals["same"] + totals["explained"])})')
    for key in sorted(k for k in totals if k.startswith('why ')):
        say(f'    {totals[key]:5} {key[4:]}')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--all', action='store_true', help='show what the others disagree on too')
    parser.add_argument('--json', action='store_true', help='only the numbers, as JSON')
    parser.add_argument('--fresh', action='store_true', help='let the others read again what they have read')
    parser.add_argument('files', nargs='*')
    args = parser.parse_args()
    say = (lambda *_: None) if args.json else (lambda text: print(text, flush=True))
    available, totals = [], collections.Counter()
    for peer in peers.all_peers(KEPT):
        why = peer.missing()
        print(f'conform: without {peer.name}: {why}' if why else f'conform: with {peer.name}', file=sys.stderr)
        available += [] if why else [peer]
    if not available:
        print('conform: no reader to compare with', file=sys.stderr)
        return 77
    with tempfile.TemporaryDirectory() as folder:
        cells = build_cells(folder)
        documents = [Document(p) for p in find_files(args.files, folder)]
        convert(documents, available, args.fresh)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda d: d.read_ours(cells), documents))
        unread = collections.Counter()
        for document in documents:
            names = [p.name for p in able(available, document.kind)]
            if not names:
                continue
            document.load(available)
            totals['files'] += 1
            unread.update(n for n in names if n not in document.read)
            report(document, names, say, totals, args.all)
    if args.json:
        print(json.dumps({**totals, 'unread_by': unread}, indent=1, ensure_ascii=False))
    summary(totals, unread, say)
    return 1 if totals['different'] else 0


if __name__ == '__main__':
    sys.exit(main())
