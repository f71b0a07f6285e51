#!/usr/bin/env python3
"""What the program makes of damaged forms: reads what inject.py makes, compares with its truth.

    records        indicators of the truth
    F1             exact: function, levels, name and target all right
    targets        of the indicators found by name: the share with the right target
    false repairs  indicators of undamaged rows that came out wrong
    doubtful       records marked doubtful
    missed         indicators of which there is no record at all
    silent         wrong records with confidence >= 0.5 and no finding

usage: score.py [--kinds clean,1,mix] [--rates 0.17,0.34] [--forms N] [--seed N] [-v] [--json]
"""
import argparse
import json
import os
import pathlib
import sys
import tempfile
import unicodedata
from collections import Counter

import inject

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'golden'))
import program  # noqa: E402

KEYS = ('function_no', 'function', 'level1', 'level2', 'name', 'target')
NAME, TARGET = KEYS.index('name'), KEYS.index('target')
BATCH = 40


def fold(value):
    """One spelling: width, blanks and signs are the normaliser's matter, not this score's."""
    text = ''.join(unicodedata.normalize('NFKC', '' if value is None else str(value)).split())
    for sign, spellings in (('≥', ('>=', '≧')), ('≤', ('<=', '≦'))):
        for spelling in spellings:
            text = text.replace(spelling, sign)
    return text


def key_of_record(record):
    return tuple(fold(record.get(k)) for k in KEYS)


def silent(record):
    return record.get('confidence', 1) >= 0.5 and not record.get('findings')


class Score(Counter):
    """Counts of one kind; `wrong` keeps what -v shows."""

    def __init__(self):
        super().__init__()
        self.wrong = []

    def f1(self):
        whole = self['gold'] + self['records']
        return 2 * self['exact'] / whole if whole else 0.0

    def share(self, part, whole):
        return self[part] / self[whole] if self[whole] else 0.0

    def figures(self):
        return {'records': self['gold'], 'read': self['records'],
                'exact': self['exact'], 'f1': self.f1(),
                'targets': self.share('target-right', 'named'), 'damaged': self['damaged'],
                'false_repairs': self['false'], 'missed': self['missed'], 'doubtful': self.share('doubtful', 'records'),
                'silent': self['silent'], 'silent_share': self.share('silent', 'records')}


def pair(truth, records, same):
    """Pair (truth, record) that agree by `same`, each used once, in order; the rest stays."""
    waiting = {}
    for record in records:
        waiting.setdefault(same(key_of_record(record)), []).append(record)
    pairs, left = [], []
    for row in truth:
        found = waiting.get(same(row[0]))
        if found:
            pairs.append((row, found.pop(0)))
        else:
            left.append(row)
    taken = {id(record) for _, record in pairs}
    return pairs, left, [r for r in records if id(r) not in taken]


def near(pairs_left, records):
    """Pair what is left by name, nearest in all fields first."""
    pairs, rest = [], list(records)
    for row in pairs_left:
        options = [r for r in rest if key_of_record(r)[NAME] == row[0][NAME]]
        if not options:
            pairs.append((row, None))
            continue
        best = max(options, key=lambda r: sum(a == b for a, b in zip(key_of_record(r), row[0])))
        rest = [r for r in rest if r is not best]
        pairs.append((row, best))
    return pairs, rest


def compare(score, made, records):
    """Add what the records of one form say about its truth."""
    truth = [(tuple(map(fold, row.truth())), row, made.line[i])
             for i, row in enumerate(made.form.rows)]
    exact, left, extra = pair(truth, records, lambda key: key)
    named, extra = near(left, extra)
    score.update(gold=len(truth), records=len(records), exact=len(exact),
                 damaged=sum(bool(r.damage) for _, r, _ in truth),
                 doubtful=sum('doubtful' in r.get('findings', []) for r in records))
    found = [(t, r) for t, r in exact + named if r is not None]
    score['missed'] += len(truth) - len(found)
    score.update({'named': len(found), 'target-right': sum(t[0][TARGET] == key_of_record(r)[TARGET] for t, r in found),
                  'false': sum(row.damage is None for (_, row, _), _ in named)})
    wrong = [r for _, r in named if r is not None] + extra
    score['silent'] += sum(map(silent, wrong))
    for (key, row, line), record in named:
        score.wrong.append((row.damage or '-', line, key, record, made.path))
    for record in extra:
        score.wrong.append(('extra', '', None, record, made.path))


def tell(wrong):
    damage, line, key, record, path = wrong
    flag = ''
    if record is not None:
        flag = f'  confidence {record.get("confidence")} {record.get("findings")}'
        flag += '  SILENT' if silent(record) else ''
    print(f'    {damage}  {path}{flag}')
    if line:
        print('      row   ' + line.replace('\t', '→'))
    if key:
        print('      truth ' + ' | '.join(key))
    print('      read  ' + (' | '.join(key_of_record(record)) if record else '-'))


def extract(paths):
    """{path: records}; the exit code must be 0 or 1 (findings)."""
    result = program.run('extract', '--format', 'jsonl', *paths, timeout=600)
    if result.rc not in (0, 1):
        sys.exit(f'{program.find()}: exit code {result.rc}\n{result.complaint()}')
    by_file = {str(p): [] for p in paths}
    for record in result.records():
        by_file[record['file']].append(record)
    return by_file


def score_forms(made, folder):
    """Write the forms, read them with the program, score; paths stay for -v."""
    score = Score()
    for at in range(0, len(made), BATCH):
        batch = made[at:at + BATCH]
        for n, form in enumerate(batch, at):
            form.path = os.path.join(folder, f'{n:04}.txt')
            pathlib.Path(form.path).write_text(form.text, encoding='utf-8')
        read = extract([form.path for form in batch])
        for form in batch:
            compare(score, form, read[form.path])
    return score


def score_kind(kind, rate, forms, seed, keep=None):
    made = list(inject.generate(kind, rate, forms, seed))
    if keep:
        folder = os.path.join(keep, f'{kind}-{rate}')
        os.makedirs(folder, exist_ok=True)
        return score_forms(made, folder)
    with tempfile.TemporaryDirectory() as folder:
        return score_forms(made, folder)


HEADING = (f'{"damage":16}{"rate":>6}{"records":>9}{"F1":>9}{"targets":>9}{"damaged":>9}'
           f'{"false repairs":>15}{"doubtful":>10}{"missed":>8}{"silent":>8}')


def line(kind, rate, score):
    f = score.figures()
    shown = '' if kind in ('clean', '3', '4') else f'{100 * rate:.0f} %'
    return (f'{inject.NAMES[kind]:16}{shown:>6}{f["records"]:9d}{f["f1"]:9.5f}{f["targets"]:9.5f}{f["damaged"]:9d}'
            f'{f["false_repairs"]:15d}{100 * f["doubtful"]:9.2f}%{f["missed"]:8d}{f["silent"]:8d}')


def plan(kinds, rates, forms):
    """(kind, rate, forms): each kind alone with a third of the forms, the mix with all at every rate."""
    for kind in kinds:
        if kind == 'mix':
            yield from ((kind, rate, forms) for rate in rates)
        else:
            yield kind, rates[0], max(1, forms // 3)


def add_arguments(parser):
    parser.add_argument('--kinds', default=','.join(inject.KINDS), help='of ' + ','.join(inject.KINDS))
    parser.add_argument('--rates', default='0.17,0.34', help='shares of damaged rows')
    parser.add_argument('--forms', type=int, default=400, help='forms of the mix (about 85 records each)')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--keep', help='folder to keep the forms in')
    parser.add_argument('-v', '--verbose', action='store_true', help='show what came out wrong')
    parser.add_argument('--json', action='store_true')


def measure(args, say=print):
    """Figures of every kind of the plan, told line by line."""
    rates = [float(r) for r in args.rates.split(',')]
    results = []
    say(HEADING)
    for kind, rate, forms in plan(args.kinds.split(','), rates, args.forms):
        score = score_kind(kind, rate, forms, args.seed, args.keep)
        results.append({'kind': kind, 'rate': rate, 'forms': forms, **score.figures()})
        say(line(kind, rate, score))
        if args.verbose and not args.json:
            for wrong in score.wrong:
                tell(wrong)
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    args = parser.parse_args()
    if args.verbose and not args.keep:
        args.keep = tempfile.mkdtemp(prefix='pifu-score-')
    results = measure(args, (lambda *_: None) if args.json else (lambda text: print(text, flush=True)))
    if args.json:
        print(json.dumps(results, indent=1))


if __name__ == '__main__':
    main()
