#!/usr/bin/env python3
"""The bench in small: the injector and the score are sound, and the accuracy bars hold on a few forms."""
import itertools
import os
import sys
import tempfile

import inject
import run
import score
import word

FORMS = 36


def same_twice():
    texts = [[m.text for m in inject.generate('mix', 0.34, 6, 7)] for _ in range(2)]
    other = [m.text for m in inject.generate('mix', 0.34, 6, 8)]
    return [] if texts[0] == texts[1] != other else ['the seed does not decide the forms']


def nothing_lost():
    """Damage moves text; only a target may go, and then the truth has none."""
    wrong = []
    for kind in inject.KINDS:
        for made in inject.generate(kind, 0.34, 6, 3):
            for i, row in enumerate(made.form.rows):
                if row.name not in made.line[i] or row.target not in made.line[i]:
                    wrong.append(f'{kind}: {row.name} {row.target} is not in {made.line[i]!r}')
                if not row.target and row.damage is None:
                    wrong.append(f'{kind}: {row.name} lost its target without damage')
    return wrong


def right_shares():
    rows = list(itertools.chain.from_iterable(m.form.rows for m in inject.generate('mix', 0.17, 60, 2)))
    share = sum(bool(r.damage) for r in rows) / len(rows)
    return [] if 0.15 < share < 0.19 else [f'{share:.3f} of the rows are damaged, not 0.17']


def as_record(row, **changes):
    keys = dict(zip(score.KEYS, row.truth()))
    return {**keys, 'confidence': 1.0, 'findings': [], **changes}


def score_of(made, records):
    made.path = 'form'
    result = score.Score()
    score.compare(result, made, records)
    return result.figures()


def score_catches():
    made = next(inject.generate('clean', 0, 1, 5))
    rows, right = made.form.rows, [as_record(r) for r in made.form.rows]
    n = len(rows)
    swapped = [as_record(rows[0], target='≥7777只')] + right[1:]
    unsure = [as_record(rows[0], level2='质量', findings=['doubtful'])] + right[1:]
    tests = [
        ('the truth', right,
         lambda f: f['f1'] == f['targets'] == 1 and not f['false_repairs'] and not f['silent']),
        ('a wrong target', swapped,
         lambda f: f['exact'] == n - 1 and f['targets'] < 1 and f['false_repairs'] == f['silent'] == 1),
        ('a doubtful level', unsure,
         lambda f: f['exact'] == n - 1 and f['targets'] == 1 and f['doubtful'] > 0 and not f['silent']),
        ('a lost record', right[1:],
         lambda f: f['f1'] < 1 and f['false_repairs'] == f['missed'] == 1),
        ('an extra record', right + right[:1], lambda f: f['f1'] < 1 and f['exact'] == n),
    ]
    return [f'score of {name}: {score_of(made, records)}' for name, records, good in tests
            if not good(score_of(made, records))]


def bars_hold():
    bars, results = run.Bars(), []
    for kind, rate in (('clean', 0.17), ('mix', 0.17), ('mix', 0.34)):
        results.append({'kind': kind, 'rate': rate, **score.score_kind(kind, rate, FORMS, 11).figures()})
    run.judge_accuracy(results, bars)
    return [words for met, words in bars if not met]


def word_measures():
    """Floor and pifu read the same Word files: every row is a record, and nothing is faster than the floor."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, f'{rows}.docx') for rows in (5, 40)]
        for path, rows in zip(paths, (5, 40)):
            word.make_docx_form.write_form(rows, path)
        inside = word.Inside(word.build(folder), 3, paths)
    right = inside.records == 45 and inside.json > 45 * 500 and inside.elements > 45 * 7 * 10 and inside.ratio > 1
    return [] if right else [f'word: {vars(inside)}']


def main():
    wrong = []
    for test in (same_twice, nothing_lost, right_shares, score_catches, bars_hold, word_measures):
        found = test()
        wrong += found
        print(f'{"FAIL" if found else "ok":5} {test.__name__}')
    print('\n'.join(wrong))
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
