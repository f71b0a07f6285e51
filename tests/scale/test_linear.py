#!/usr/bin/env python3
"""Twice the input takes twice the time: many forms, one long form, cells in lines, columns of blanks.

The bar here is loose (x 4 where x 2 is right), for busy machines; ./dev bench measures it well."""
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'bench'))
import forms  # noqa: E402
import inject  # noqa: E402
import speed  # noqa: E402

SANITIZED = bool(os.environ.get('PIFU_SANITIZED'))
SIZE = 250_000 if SANITIZED else 2_000_000
BAR = 4.0


def many_forms(path, size):
    speed.corpus(path, size)


def one_long_form(path, size):
    """A single department form of `size` bytes: the rows of many, their functions numbered on."""
    head, written, no = None, 0, 0
    with open(path, 'w', encoding='utf-8') as f:
        for made in inject.generate('mix', 0.17, 100000, 3, 'tabs'):
            if made.form.kind != 'department':
                continue
            top = ['\t'.join(cells) for cells in forms.head_lines(made.form)]
            body = made.text.split('\n')[len(top):]
            if head is None:
                head = top
                f.write('\n'.join(head) + '\n')
            text = '\n'.join(line for line in body if line) + '\n'
            f.write(text)
            written += len(text.encode())
            if written >= size:
                return


def one_cell_a_line(path, size):
    """A long form that has no columns at all."""
    one_long_form(path, size)
    text = pathlib.Path(path).read_text(encoding='utf-8')
    pathlib.Path(path).write_text('\n\n'.join(c for c in text.replace('\t', '\n').split('\n') if c), encoding='utf-8')


def laid_out(path, size):
    """One page without an end whose columns are laid out with blanks."""
    head = '项目支出绩效目标表\n一级指标  二级指标  三级指标  指标值\n'
    rows = '产出指标      数量指标    巡河次数    ≥36次\n                        清淤长度  ≥4公里\n'
    with open(path, 'w', encoding='utf-8') as f:
        f.write(head + rows * (size // len(rows.encode())))


def doubling(make):
    """(seconds of one, seconds of two, ratio), the start of the program taken off."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'forms.txt')
        start = speed.best(lambda: speed.extract(os.devnull).user, 3)
        times = []
        for factor in (1, 2):
            make(path, factor * SIZE)
            times.append(max(speed.best(lambda: speed.extract(path).user, 3) - start, 1e-3))
    return times[0], times[1], times[1] / times[0]


def main():
    failed = 0
    for make in (many_forms, one_long_form, one_cell_a_line, laid_out):
        one, two, ratio = doubling(make)
        failed += ratio >= BAR
        print(f'{"FAIL" if ratio >= BAR else "ok":5} {make.__name__}: {one:.2f} s, '
              f'doubled {two:.2f} s, x {ratio:.2f} (below {BAR})')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
