#!/usr/bin/env python3
"""A Word form of 60 000 rows takes at most 150 MB of memory (not with sanitizers: they need their own)."""
import os
import pathlib
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / 'bench'), str(TESTS / 'fixtures')]
import speed  # noqa: E402
from make_docx_form import write_form  # noqa: E402

MB = 1_000_000
ROWS = 60_000


def main():
    if os.environ.get('PIFU_SANITIZED'):
        print('skipped: sanitizers keep memory of their own')
        return 77
    with tempfile.TemporaryDirectory() as folder:
        form, records = os.path.join(folder, 'form.docx'), os.path.join(folder, 'records.jsonl')
        write_form(ROWS, form)
        run = speed.extract(form, '--output', records)
        with open(records, 'rb') as f:
            lines = sum(1 for _ in f)
    good = run.memory <= 150 * MB and lines == ROWS
    print(f'{"ok" if good else "FAIL"}: {ROWS} rows, {lines} records: '
          f'{run.memory / MB:.0f} MB of memory, {run.wall:.1f} s')
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
