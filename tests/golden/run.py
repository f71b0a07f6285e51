#!/usr/bin/env python3
"""Golden cases: every folder beside this file with a gold.tsv is one.

    gold.tsv         the truth: form, function, levels, name and target of each indicator,
                     made from the form itself, never from the program's output
    input.*, inputs  the same form in one or several layouts (`inputs` lists files elsewhere,
                     `twins` more that come after); every one must give the same records.
                     input.docx.txt, .xlsx.txt and .page.txt are descriptions (tests/fixtures)
                     from which the file is made; `harm` says what is done to it then
    expected.jsonl   the pinned output for the first input: the keys below, nothing that
                     depends on paths; written by --accept only
    checks.txt       what `pifu check` tells of the first input, paths taken off: for cases about
                     the checks of whole forms; written by --accept where the file exists
    args             more options for the program; `exit`: its exit code (0)
    error            lines that standard error must hold
    known            why the case is known to be wrong: then the gold may differ, the pinned
                     output may not, and becoming right is reported too

usage: run.py [--accept] [--yes] [-v] [CASE…]
"""
import argparse
import csv
import difflib
import json
import sys

import program

TRUTH = ('form', 'function_no', 'function', 'level1', 'level2', 'name', 'target')
VALUES = TRUTH + ('kind', 'title', 'year', 'department', 'project', 'target_kind', 'comparator',
                  'number', 'number_max', 'unit', 'checks')
PINNED = ('form', 'kind', 'title', 'year', 'department', 'project', 'function_no', 'function',
          'level1', 'level2', 'name', 'target', 'target_kind', 'comparator', 'number', 'number_max',
          'unit', 'term', 'parts', 'findings', 'checks', 'repairs', 'confident')
RARE = ('term', 'parts')  # written only where a record has them


def stable(record):
    """What is pinned of a record."""
    kept = {key: record.get(key) for key in PINNED if key not in RARE or record.get(key) is not None}
    kept['repairs'] = [r['code'] for r in record.get('repairs', [])]
    kept['confident'] = record.get('confidence', 0) >= 0.5
    return kept


def truth(record):
    return tuple('' if record.get(k) is None else str(record[k]) for k in TRUTH)


def read_gold(case):
    with open(case / 'gold.tsv', encoding='utf-8', newline='') as f:
        return [tuple(row[k] for k in TRUTH)
                for row in csv.DictReader(f, delimiter='\t', quoting=csv.QUOTE_NONE)]


def read_expected(case):
    path = case / 'expected.jsonl'
    if not path.exists():
        return None
    return [json.loads(line) for line in path.read_text(encoding='utf-8').splitlines()]


def match(old, new, name):
    """Pair records by name in their order: (old or None, new or None) in the order of `new`."""
    pairs, waiting = [], list(old)
    for record in new:
        twin = next((w for w in waiting if name(w) == name(record)), None)
        if twin is not None:
            waiting.remove(twin)
        pairs.append((twin, record))
    return pairs + [(gone, None) for gone in waiting]


def show(value):
    return json.dumps(value, ensure_ascii=False)


def differences(old, new, keys):
    """Lines that tell how the records `new` differ from `old` in `keys`."""
    lines = []
    brief = lambda r: '/'.join(str(r.get(k) or '-') for k in ('function_no', 'level1', 'level2', 'name'))
    place = lambda r: (r.get('form'), r.get('function_no'), r.get('name'))
    for was, now in match(old, new, place):
        if was is None:
            lines.append(f'  + {brief(now)} {show(now.get("target"))}')
            continue
        if now is None:
            lines.append(f'  - {brief(was)} {show(was.get("target"))}')
            continue
        for key in keys:
            if was.get(key) != now.get(key):
                lines.append(f'  ! {brief(now)}: {key} {show(was.get(key))} -> {show(now.get(key))}')
    if not lines and [place(r) for r in old] != [place(r) for r in new]:
        lines.append('  ! the order of the records')
    return lines


def gold_differences(gold, records):
    dicts = lambda rows: [dict(zip(TRUTH, row)) for row in rows]
    return differences(dicts(gold), dicts(map(truth, records)), TRUTH)


def extract(path, args):
    return program.run('extract', '--format', 'jsonl', *args, path)


class Case:
    """One folder: its runs, and the complaints about them."""

    def __init__(self, folder):
        self.folder, self.complaints, self.changes = folder, [], []
        self.args = program.words(folder, 'args')
        self.exit = int((program.words(folder, 'exit') or ['0'])[0])
        self.known = (folder / 'known').exists()
        self.first = None
        self.told, self.told_path = None, folder / 'checks.txt'

    def complain(self, title, lines):
        self.complaints.append('\n'.join([title, *lines[:40], *(['  …'] if len(lines) > 40 else [])]))

    def run_input(self, path):
        result = extract(path, self.args)
        if result.rc != self.exit:
            self.complain(f'{path.name}: exit code {result.rc}, expected {self.exit}', [result.complaint()])
        self.check_error(path, result.complaint())
        return result.records()

    def check_error(self, path, told):
        """What must be told on standard error, where the case says so."""
        wanted = self.folder / 'error'
        lines = wanted.read_text(encoding='utf-8').splitlines() if wanted.exists() else []
        missing = [line for line in lines if line not in told]
        if missing:
            self.complain(f'{path.name}: not told on standard error', [*missing, 'but:', told])

    def check_gold(self, path, records):
        lines = gold_differences(read_gold(self.folder), records)
        if lines and not self.known:
            self.complain(f'{path.name}: not the truth (gold -> read)', lines)
        if not lines and self.known and path == self.paths[0]:
            self.complain(f'{path.name}: known to be wrong, but is right now: remove `known`', [])

    def check_pinned(self, records):
        pinned = [stable(r) for r in records]
        expected = read_expected(self.folder)
        if expected is None:
            self.changes = ['  no expected.jsonl yet']
        else:
            self.changes = differences(expected, pinned, PINNED)
        self.first = pinned

    def check_told(self, path):
        """What `pifu check` tells, where that is pinned."""
        if not self.told_path.exists():
            return
        told = program.run('check', *self.args, path).out.decode('utf-8').splitlines()
        self.told = [line.removeprefix(f'{path}:') for line in told]
        pinned = self.told_path.read_text(encoding='utf-8').splitlines()
        self.changes += [f'  {line}' for line in difflib.ndiff(pinned, self.told) if line[0] in '+-']

    def check_twin(self, path, records):
        keys = lambda r: {k: stable(r).get(k) for k in VALUES}
        lines = differences([{k: r.get(k) for k in VALUES} for r in self.first], list(map(keys, records)), VALUES)
        if lines and not self.known:
            self.complain(f'{path.name}: not the same records as {self.paths[0].name}', lines)

    def run(self):
        self.paths = program.inputs(self.folder)
        for i, path in enumerate(self.paths):
            try:
                records = self.run_input(path)
            except Exception as problem:  # a hang, or output that is no JSON
                self.complain(f'{path.name}: {problem}', [])
                continue
            self.check_gold(path, records)
            if i == 0:
                self.check_pinned(records)
                self.check_told(path)
            elif self.first is not None:
                self.check_twin(path, records)
        return self


def accept(case, ask):
    if case.first is None or not case.changes:
        return
    if ask and input(f'accept {case.folder.name}? [y/N] ').strip().lower() != 'y':
        return
    text = ''.join(json.dumps(r, ensure_ascii=False) + '\n' for r in case.first)
    (case.folder / 'expected.jsonl').write_text(text, encoding='utf-8')
    if case.told is not None:
        case.told_path.write_text(''.join(line + '\n' for line in case.told), encoding='utf-8')
    case.changes = []


def report(case, verbose):
    bad = bool(case.complaints or case.changes)
    if bad or verbose:
        state = 'FAIL' if bad else 'known' if case.known else 'ok'
        print(f'{state:5} {case.folder.name} ({len(case.first or [])} records)')
    for complaint in case.complaints:
        print('  ' + complaint.replace('\n', '\n  '))
    if case.changes:
        print('    the pinned output changed (expected -> read)')
        print('\n'.join('  ' + line for line in case.changes))


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('cases', nargs='*')
    parser.add_argument('--accept', action='store_true', help='rewrite expected.jsonl after showing what changed')
    parser.add_argument('--yes', action='store_true', help='do not ask before rewriting')
    parser.add_argument('-v', '--verbose', action='store_true')
    args = parser.parse_args(argv)
    folders = [f for f in program.cases() if not args.cases or f.name in args.cases]
    failed = 0
    for folder in folders:
        case = Case(folder).run()
        report(case, args.verbose)
        if args.accept:
            accept(case, sys.stdin.isatty() and not args.yes)
        failed += bool(case.complaints or case.changes)
    print(f'{len(folders)} golden cases, {failed} failed')
    return 1 if failed or not folders else 0


if __name__ == '__main__':
    sys.exit(main())
