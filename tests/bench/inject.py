#!/usr/bin/env python3
"""The fault injector: clean forms, damaged by kind at a chosen rate, with their truth.

    1 shifted    rows moved left or right as a whole or in part, a name or a label alone in the wrong
                 column, a target lost off the right edge
    2 residue    page breaks: a row with nothing but the label in force, or a label cut in two over
                 the break with the other half misread
    3 centred    labels in the middle of their blocks (the whole form)
    4 dropped    leading cells dropped under merged cells, pipes (the whole form)
    5 lost       level 1 lost at a break
    mix          1 and 2 as often, and in the same shapes, as the form this project began with

The rate is the share of rows that are damaged; kinds 3 and 4 are ways a whole form is exported and know
no rate. The same seed gives the same forms.

usage: inject.py --out DIR [--kind K] [--rate 0.17] [--forms 20] [--seed 1] [--layout tabs|pipes]
"""
import argparse
import csv
import pathlib
import random

import forms

PAGE_ROWS = 24  # a blank line stands where a page ended
RESIDUES = ['双项目标', '效盆日标', '敖益指际', '双益项目', '効项目际', '故益目标']


class Sheet:
    """A form being damaged: cells[i] belong to form.rows[i]; before[i], after[i] are extra lines."""

    def __init__(self, form):
        self.form, self.cells = form, forms.table(form)
        self.home = form.width - 4  # column of level 1
        self.after = {}
        self.breaks = set(range(PAGE_ROWS, len(self.cells), PAGE_ROWS))

    def labels(self, i):
        """Which labels stand in row i: 'f' function, '1', '2'."""
        row, at = self.cells[i], self.home
        function = bool(at and row[0])
        return ('f' if function else '') + ('1' if row[at] else '') + ('2' if row[at + 1] else '')

    def lay(self, i, *cells):
        """Replace row i, cells beyond the last column fall off."""
        row = list(cells) + [''] * self.form.width
        self.cells[i] = row[:self.form.width]

    def move(self, i, step):
        row = self.cells[i]
        self.cells[i] = ([''] * step + row)[:len(row)] if step > 0 else row[-step:] + [''] * -step

    def lose_target(self, i):
        self.form.rows[i].target = ''


# ---- Kind 1: shapes, each for rows with certain labels ------------------------------------
# Seen in the form this project began with; `times` is how often there.

def name_two_left(s, i):
    *blank, name, target = s.cells[i]
    s.lay(i, *[''] * s.home, name, '', target)


def right_target_lost(s, i):
    s.move(i, 1)
    s.lose_target(i)


def name_in_target_column(s, i):
    row = s.cells[i]
    row[-1], row[-2] = row[-2], ''
    s.lose_target(i)


def left_by_one(s, i):
    s.move(i, -1)


def left_by_two(s, i):
    s.move(i, -2)


def name_at_left_edge(s, i):
    row = s.cells[i]
    row[0], row[-2] = row[-2], ''


def level2_alone_at_edge(s, i):
    row = s.cells[i]
    row[0], row[s.home + 1] = row[s.home + 1], ''


def level2_at_edge_rest_left(s, i):
    *_, label, name, target = s.cells[i]
    row = [label] + [''] * (s.form.width - 1)
    row[-3], row[-2] = name, target
    s.cells[i] = row


def level1_alone_at_edge(s, i):
    row = s.cells[i]
    row[0], row[s.home] = row[s.home], ''


# (times, shape, labels the row must have, department forms only)
SHAPES = [
    (4, name_two_left, '', False),
    (3, right_target_lost, '2', False),
    (1, name_in_target_column, None, False),
    (2, left_by_one, '12', True),
    (4, left_by_one, '2', False),
    (2, left_by_one, '', False),
    (2, left_by_two, '', False),
    (1, right_target_lost, 'f12', True),
    (1, name_at_left_edge, '', False),
    (1, level2_alone_at_edge, '2', True),
    (1, level2_at_edge_rest_left, '2', True),
    (1, level1_alone_at_edge, '12', True),
]
NAME_IN_TARGET_LABELS = ('2', '12')  # beside nothing else it would be no name


def fits(s, i, shape, labels, department):
    if department and s.form.kind != 'department':
        return False
    if labels is None:
        return s.labels(i) in NAME_IN_TARGET_LABELS
    return s.labels(i) == labels


def shift(rng, s, free):
    """Damage one free row by a shape drawn as often as it was seen; the row, or None."""
    times, shapes = zip(*((t, rest) for t, *rest in SHAPES))
    for _ in range(8):
        shape, labels, department = rng.choices(shapes, times)[0]
        fitting = [i for i in free if fits(s, i, shape, labels, department)]
        if not fitting:
            continue
        i = rng.choice(fitting)
        shape(s, i)
        return i, shape.__name__.replace('_', '-')
    return None


# ---- Kind 2 ---------------------------------------------------------------------------------

def residue_row(rng, s, i):
    """After row i a page ends, and the labels in force are printed again without anything else."""
    row, at = s.form.rows[i], s.home
    line = [''] * s.form.width
    what = rng.choices(['level1', 'level1-beside', 'level2', 'both'], [2, 2, 1, 1])[0]
    if what in ('level1', 'both'):
        line[at] = row.level1
    if what == 'level1-beside':
        line[at + 1] = row.level1
    if what in ('level2', 'both'):
        line[at + 1] = row.level2
    s.after[i] = line
    return 'residue-' + what


def cut_label(rng, s, i):
    """Level 2 of row i is cut over the page break; the other half stands alone beside a misread one."""
    at = s.home + 1
    whole = s.cells[i][at]
    cut = len(whole) - 2 if rng.random() < 0.7 else rng.randint(2, len(whole) - 2)
    s.cells[i][at] = whole[:cut]
    line = [''] * s.form.width
    line[at] = whole[cut:]
    if rng.random() < 0.6:
        line[at - 1] = rng.choice(RESIDUES)
    s.after[i] = line
    return 'cut-label'


def page_break(rng, s, free):
    cut = [i for i in free if s.cells[i][s.home + 1] and i not in s.after]
    plain = [i for i in free if i not in s.after]
    if cut and rng.random() < 0.5:
        i = rng.choice(cut)
        return i, cut_label(rng, s, i)
    if not plain:
        return None
    i = rng.choice(plain)
    return i, residue_row(rng, s, i)


# ---- Kinds 3, 4, 5 ---------------------------------------------------------------------------

def centre_labels(s):
    """Every label moves to the middle row of its block (the upper one of two)."""
    keys = [lambda r: (r.no, r.level1), lambda r: (r.no, r.level1, r.level2)]
    if s.home:
        keys.insert(0, lambda r: r.no)
    for col, key in enumerate(keys):
        start = 0
        for i in range(1, len(s.cells) + 1):
            if i < len(s.cells) and key(s.form.rows[i]) == key(s.form.rows[start]):
                continue
            middle = start + (i - start - 1) // 2
            label, s.cells[start][col] = s.cells[start][col], ''
            s.cells[middle][col] = label
            if middle != start:
                for k in range(start, i):
                    s.form.rows[k].damage = 'centred'
            start = i


def drop_leading(s):
    for i, row in enumerate(s.cells):
        while row and not row[0]:
            row.pop(0)
            s.form.rows[i].damage = 'dropped'


def lose_level1(rng, s, free):
    fitting = [i for i in free if s.labels(i).endswith('12')]
    if not fitting:
        return None
    i = rng.choice(fitting)
    s.cells[i][s.home] = ''
    s.breaks.add(i)
    return i, 'level1-lost'


def mix(rng, s, free):
    return (shift if rng.random() < 23 / 25 else page_break)(rng, s, free)


BY_ROW = {'1': shift, '2': page_break, '5': lose_level1, 'mix': mix}
BY_FORM = {'3': centre_labels, '4': drop_leading}
KINDS = ('clean', '1', '2', '3', '4', '5', 'mix')
NAMES = {'clean': 'clean', '1': '1 shifted', '2': '2 residue', '3': '3 centred', '4': '4 dropped',
         '5': '5 level 1 lost', 'mix': 'mix 1+2'}


def damage(rng, form, kind, rate):
    sheet = Sheet(form)
    if kind in BY_FORM:
        BY_FORM[kind](sheet)
    if kind not in BY_ROW:
        return sheet
    free = list(range(len(form.rows)))
    for _ in range(round(rate * len(form.rows))):
        done = BY_ROW[kind](rng, sheet, free)
        if done is None:
            break
        free.remove(done[0])
        form.rows[done[0]].damage = done[1]
    return sheet


# ---- Writing ---------------------------------------------------------------------------------

def lines(sheet, layout):
    """The text of a sheet; (text, row) with row the indicator's index or None."""
    glue = (lambda c: '\t'.join(c)) if layout == 'tabs' else (lambda c: '| ' + ' | '.join(c) + ' |')
    if layout == 'open':
        glue = lambda c: ' | '.join(c) + ' |'
    for line in forms.head_lines(sheet.form):
        yield (line[0] if len(line) == 1 else glue(line) if line else ''), None
    for i, row in enumerate(sheet.cells):
        if i in sheet.breaks:
            yield '', None
        yield glue(row), i
        if i in sheet.after:
            yield '', None
            yield glue(sheet.after[i]), None


class Made:
    """A damaged form as text, with the line of each indicator."""

    def __init__(self, sheet, layout):
        self.form, self.layout = sheet.form, layout
        listed = list(lines(sheet, layout))
        self.text = '\n'.join(text for text, _ in listed) + '\n'
        self.line = {row: text for text, row in listed if row is not None}


def generate(kind, rate, count, seed, layout=None):
    """`count` forms damaged by `kind`; layout None: tabs, sometimes pipes."""
    rng = random.Random(f'{seed}/{kind}/{rate}')
    for n in range(count):
        form = forms.make(rng, 'project' if n % 5 == 4 else 'department')
        sheet = damage(rng, form, kind, rate)
        chosen = layout or ('open' if kind == '4' else 'pipes' if n % 10 == 7 else 'tabs')
        yield Made(sheet, chosen)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--out', required=True, type=pathlib.Path)
    parser.add_argument('--kind', default='mix', choices=KINDS)
    parser.add_argument('--rate', type=float, default=0.17)
    parser.add_argument('--forms', type=int, default=20)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--layout', choices=('tabs', 'pipes', 'open'))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for n, made in enumerate(generate(args.kind, args.rate, args.forms, args.seed, args.layout)):
        (args.out / f'{n:04}.txt').write_text(made.text, encoding='utf-8')
        with open(args.out / f'{n:04}.gold.tsv', 'w', encoding='utf-8', newline='') as f:
            out = csv.writer(f, delimiter='\t', quoting=csv.QUOTE_NONE, quotechar=None, lineterminator='\n')
            out.writerow(('function_no', 'function', 'level1', 'level2', 'name', 'target', 'damage'))
            out.writerows((*row.truth(), row.damage or '') for row in made.form.rows)


if __name__ == '__main__':
    main()
