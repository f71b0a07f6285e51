#!/usr/bin/env python3
"""The laws that tie the stages, on every sample and golden input:

    extract(dump(x)) = extract(x)     source positions aside
    extract(x) = extract(x)           twice the same bytes
    dump(dump(x)) = dump(x)           the grid dump is its own dump
    extract(-) = extract(FILE)        standard input is an input, its name aside
    extract(xxx) = 3 extract(x)       for text of whole forms: what was learnt changes nothing
"""
import sys

import program

# What depends on where the text came from, not on what it says.
PLACES = ('id', 'file')
SOURCE_PLACES = ('sha256', 'line', 'path')


def without_places(record):
    kept = {k: v for k, v in record.items() if k not in PLACES}
    kept['source'] = {k: v for k, v in record['source'].items() if k not in SOURCE_PLACES}
    return kept


def only_differs_in_places(one, other):
    return list(map(without_places, one)) == list(map(without_places, other))


def first_difference(one, other):
    for a, b in zip(map(without_places, one), map(without_places, other)):
        for key in a:
            if a[key] != b.get(key):
                return f'{a["name"]}: {key} {a[key]!r}, from the dump {b.get(key)!r}'
    return f'{len(one)} records, from the dump {len(other)}'


def no_encoding(args):
    """The options of a case for an input that is a dump: dumps are UTF-8."""
    kept = list(args)
    if '--encoding' in kept:
        at = kept.index('--encoding')
        del kept[at:at + 2]
    return kept


def without_rows(record):
    """A record without its place in the document; of its cells the columns are left."""
    kept = {k: v for k, v in record.items() if k not in ('id', 'file', 'form', 'source', 'repairs')}
    kept['cells'] = {k: [col for _, _, col in cells] for k, cells in record['source']['cells'].items()}
    kept['repairs'] = [{**r, 'cells': [col for _, _, col in r['cells']]} for r in record['repairs']]
    return kept


def relative(records):
    return list(map(without_rows, records))


def check_copies(path, args, records):
    """The second and third copy of a text are read from memory: they say what the first one says."""
    text = path.read_bytes()
    prose = path.parent.name.startswith('prose')  # what stands before it may name its project
    if prose or path.suffix != '.txt' or not records or text[:2] in (b'\xff\xfe', b'\xfe\xff'):
        return []
    copies = program.run('extract', '--format', 'jsonl', *args, '-', stdin=(text + b'\n\n') * 3).records()
    n = len(copies) // 3
    if n != len(records) or relative(copies[:n]) != relative(records):
        return []  # one form runs on into the next copy
    return [] if relative(copies[n:2 * n]) == relative(copies[2 * n:]) == relative(records) else [
        'a copy behind the text is read otherwise']


def check(path, args):
    plain = program.run('extract', '--format', 'jsonl', *args, path)
    again = program.run('extract', '--format', 'jsonl', *args, path)
    dump = program.run('dump', '--stage', 'grid', *args, path)
    if dump.rc not in (0, 1) or not dump.out:
        return [f'dump: exit code {dump.rc} {dump.complaint()}']
    back = program.run('extract', '--format', 'jsonl', *no_encoding(args), '-', stdin=dump.out)
    redump = program.run('dump', '--stage', 'grid', *no_encoding(args), '-', stdin=dump.out)
    piped = program.run('extract', '--format', 'jsonl', *args, '-', stdin=path.read_bytes())
    wrong = []
    if plain.out != again.out or plain.rc != again.rc:
        wrong.append('two runs differ')
    if not only_differs_in_places(plain.records(), back.records()):
        wrong.append('extract(dump(x)) != extract(x): ' + first_difference(plain.records(), back.records()))
    if plain.rc != back.rc:
        wrong.append(f'exit code {plain.rc}, from the dump {back.rc}')
    if redump.out != dump.out:
        wrong.append('dump(dump(x)) != dump(x)')
    if not only_differs_in_places(plain.records(), piped.records()):
        wrong.append('standard input gives other records')
    return wrong + check_copies(path, args, plain.records())


def main():
    failed = 0
    inputs = program.every_input()
    for path, wrong in program.each(inputs, check):
        failed += bool(wrong)
        if wrong:
            print(f'FAIL {program.shown(path)}\n' + '\n'.join('  ' + w for w in wrong))
    print(f'{len(inputs)} inputs under the laws, {failed} failed')
    return 1 if failed or not inputs else 0


if __name__ == '__main__':
    sys.exit(main())
