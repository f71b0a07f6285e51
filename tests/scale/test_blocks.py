#!/usr/bin/env python3
"""A text longer than a block reads as its forms read one by one: heads short and longer than what a
block keeps of the form it cuts, titles repeated within a form, forms longer than a block."""
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'golden'))
import program  # noqa: E402

SIZE = 300_000  # more than two blocks


def make_form(number, head, rows, every):
    """A form with `head` goals and `rows` indicators, its title repeated `every` so many of these."""
    title = f'{2020 + number % 5}年部门整体支出绩效目标表'
    lines = [title, f'部门(单位)名称\t第{number}县水务局', '部门职能概述\t负责水务。']
    lines += [f'{"年度整体绩效目标" if k == 0 else ""}\t{k + 1}、完成第{k}批水利工程的检查验收工作。' for k in range(head)]
    lines.append('核心职能\t一级指标\t二级指标\t三级指标\t指标值')
    for k in range(rows):
        if every and k and k % every == 0:
            lines.append(f'{title}(续)')
        labels = f'职能{k // 10 + 1}：水利工程维护\t产出指标\t数量指标' if k % 10 == 0 else '\t\t'
        lines.append(f'{labels}\t检修水闸{number}号{k}处数量\t≥{k + 3}座')
    return '\n'.join(lines) + '\n\n'


def read(folder, text):
    path = pathlib.Path(folder) / 'form.txt'
    path.write_text(text, encoding='utf-8')
    records = program.run('extract', path).records()
    return [{**{k: v for k, v in r.items() if k not in ('id', 'form', 'source')},
             'repairs': [(p['code'], p['cost']) for p in r['repairs']]} for r in records]


def check(folder, head, rows, every):
    forms, size = [], 0
    while size < SIZE:
        forms.append(make_form(len(forms), head, rows, every))
        size += len(forms[-1].encode())
    whole = read(folder, ''.join(forms))
    apart = [record for form in forms for record in read(folder, form)]
    print(f'heads of {head}, {rows} rows, titles every {every}: {len(forms)} forms, {len(whole)} records')
    return whole == apart and len(whole) == rows * len(forms)


def main():
    shapes = [(3, 60, 0), (14, 250, 0), (40, 60, 0), (20, 400, 25), (3, 3000, 100)]
    with tempfile.TemporaryDirectory() as folder:
        wrong = [shape for shape in shapes if not check(folder, *shape)]
    print(f'{len(shapes)} shapes, {len(wrong)} wrong', *wrong)
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
