#!/usr/bin/env python3
"""The independent checker of the conservation receipt.

It knows nothing of how the program keeps its accounts. From four outputs for the same input

    dump --stage grid     every cell that was read          (table row col … text)
    dump --stage rows     the account of each cell          (table row kind col account text)
    extract (jsonl)       the cells that each value names   source.cells
    extract --receipt     the sums the program itself gives

it proves that every non-blank cell stands in exactly one account, that the sums agree, that what a
record names as its source is accounted as such (and the other way round), and that no character
of a record's value is missing in its source cells: nothing lost, nothing invented.

usage: receipt.py FILE [more options of pifu extract]
"""
import re
import sys
import unicodedata
from collections import Counter

import program

ACCOUNTS = {
    'record-field', 'form-field', 'header', 'label', 'fragment', 'noise-rule', 'noise-page',
    'noise-residue', 'noise-column', 'noise-web', 'noise-filler', 'noise-foot', 'noise-text',
}
SOURCES = {'record-field', 'label', 'form-field', 'fragment'}
WORDED = ('name', 'target', 'function', 'project', 'department', 'title', 'basis', 'note')
SIGNS = [(r'\\geq?(?:slant)?|>=|=>|≧|⩾|\uf0b3|》', '≥'), (r'\\leq?(?:slant)?|<=|=<|≦|⩽|\uf0a3|《', '≤'),
         (r'\\%', '%'), (r'═', '='), (r'\\times', '×'), (r'⻅', '见')]
FILLER = r'\?+'  # that stands where a blank was
MARKS = r'^(?:#{1,6}(?=[ \u4e00-\u9fff])|[-*>] (?=[\u4e00-\u9fff]))|\*\*|<br ?/?>'  # of Markdown, taken off lines and cells


def unescape(text):
    return re.sub(r'\\([tnr\\])', lambda m: {'t': '\t', 'n': '\n', 'r': '\r', '\\': '\\'}[m[1]], text)


def rows_of(dump, columns):
    """The rows of a dump with the given header, as lists of strings."""
    lines = dump.decode('utf-8').split('\n')
    if lines[0].split('\t') != columns:
        raise AssertionError(f'dump header {lines[0]!r}, expected {columns}')
    return [line.split('\t', len(columns) - 1) for line in lines[1:] if line]


def grid_cells(dump):
    """{(table, row, col): text} of the non-blank cells."""
    columns = ['table', 'row', 'col', 'rowspan', 'colspan', 'page', 'text']
    cells = {}
    for row in rows_of(dump, columns):
        place, text = tuple(map(int, row[:3])), unescape(row[6])
        if not text.strip():
            continue
        if place in cells:
            raise AssertionError(f'two cells at {place}')
        cells[place] = text
    return cells


def accounts(dump):
    """[(place, account, text)] of every line of the rows dump."""
    return [((int(table), int(row), int(col)), account, unescape(text)) for table, row, _, col, account, text
            in rows_of(dump, ['table', 'row', 'kind', 'col', 'account', 'text']) if col]


def printed_sums(text):
    """{code: number} from the receipt in words: `FILE: 412 cells`, then `252  record-field  …`."""
    sums = {code: int(n) for n, code in re.findall(r'^ +(\d+)  ([a-z-]+)(?: |$)', text, re.M)}
    total = re.search(r': (\d+) cells?$', text, re.M)
    if total:
        sums['cells'] = int(total[1])
    return sums


BREAK = r'<br ?/?>'  # of a cell in Markdown
LISTED = r'^\s*([①-⑳])'  # a list number in front, which is written (1)
PINYIN = r'[(（][a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-zü]*[)）]'  # what a page added behind a character


def fold(text):
    """One spelling of what normalisation may change: width, blanks, breaks, soft hyphens, signs, list numbers, pinyin."""
    text = re.sub(LISTED, r'(\1)', re.sub(BREAK, '', re.sub(PINYIN, '', text)))
    for pattern, sign in SIGNS:
        text = re.sub(pattern, sign, text)
    text = ''.join(unicodedata.normalize('NFKC', text).split()).replace('$', '').replace('\xad', '')
    for pattern, sign in SIGNS:
        text = re.sub(pattern, sign, text)
    return text


def check_accounts(cells, listed):
    """The dump gives normal text, the grid raw text: compared in one spelling."""
    seen = Counter(place for place, _, _ in listed)
    wrong = [f'{p}: {n} accounts' for p, n in seen.items() if n != 1]
    wrong += [f'{p}: no account, {t!r}' for p, t in cells.items() if p not in seen]
    wrong += [f'{p}: account of a cell that the grid does not have' for p in seen if p not in cells]
    wrong += [f'{p}: account {a!r}' for p, a, _ in listed if a not in ACCOUNTS]
    wrong += [f'{p}: text {t!r}, the grid has {cells[p]!r}' for p, _, t in listed
              if p in cells and fold(t) not in {fold(re.sub(taken, '', cells[p])) for taken in ('$^', MARKS, FILLER)}]
    return wrong


def check_sums(cells, listed, printed):
    sums = Counter(account for _, account, _ in listed)
    wrong = [f'receipt says {printed[c]} {c}, counted {sums[c]}' for c in printed
             if c != 'cells' and printed[c] != sums[c]]
    wrong += [f'receipt does not name {c}, counted {n}' for c, n in sums.items() if c not in printed]
    if printed.get('cells') != len(cells):
        wrong.append(f'receipt says {printed.get("cells")} cells, counted {len(cells)}')
    return wrong


def check_sources(cells, listed, records):
    by_place = {place: account for place, account, _ in listed}
    wrong, named = [], set()
    for record in records:
        for field, places in record['source']['cells'].items():
            for place in map(tuple, places):
                named.add(place)
                account = by_place.get(place)
                if place not in cells:
                    wrong.append(f'{record["name"]}: {field} names {place}, which is no cell')
                elif account not in SOURCES:
                    wrong.append(f'{record["name"]}: {field} names {place}, accounted as {account}')
    wrong += [f'{p}: accounted as record-field but no record names it, {t!r}'
              for p, a, t in listed if a == 'record-field' and p not in named]
    return wrong


def check_invented(cells, records):
    wrong = []
    for record in records:
        for field in WORDED:
            places = record['source']['cells'].get(field)
            if not places or record.get(field) is None:
                continue
            have = Counter(fold(' '.join(cells.get(tuple(p), '') for p in places)))
            extra = Counter(fold(str(record[field]))) - have
            if extra:
                wrong.append(f'{record["name"]}: {field} has {"".join(extra)!r} that its cells do not')
        for field in ('name', 'target'):
            if record.get(field) and not record['source']['cells'].get(field):
                wrong.append(f'{record["name"]}: {field} {record[field]!r} names no source')
    return wrong


def check(path, args=()):
    """All complaints about the receipt of one input; [] is good."""
    grid = program.run('dump', '--stage', 'grid', *args, path)
    rows = program.run('dump', '--stage', 'rows', *args, path)
    read = program.run('extract', '--format', 'jsonl', '--receipt', *args, path)
    for what in (grid, rows, read):
        if what.rc not in (0, 1):
            return [f'exit code {what.rc}: {what.complaint()}']
    try:
        cells, listed = grid_cells(grid.out), accounts(rows.out)
    except AssertionError as problem:
        return [str(problem)]
    printed = printed_sums(read.err.decode('utf-8', 'replace'))
    wrong = [] if printed else ['--receipt printed no sums']
    return (wrong + check_accounts(cells, listed) + check_sums(cells, listed, printed)
            + check_sources(cells, listed, read.records()) + check_invented(cells, read.records()))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    wrong = check(sys.argv[1], sys.argv[2:])
    print('\n'.join(wrong) or 'the receipt balances')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
