#!/usr/bin/env python3
"""100 MB of forms in one file take at most 300 MB of memory (not with sanitizers: they need their own)."""
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'bench'))
import speed  # noqa: E402

MB = 1_000_000


def main():
    if os.environ.get('PIFU_SANITIZED'):
        print('skipped: sanitizers keep memory of their own')
        return 77
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'forms.txt')
        size, records = speed.corpus(path, 100 * MB)
        run = speed.extract(path)
    good = run.memory <= 300 * MB
    print(f'{"ok" if good else "FAIL"}: {size / MB:.0f} MB, {records} records: '
          f'{run.memory / MB:.0f} MB of memory, {run.wall:.1f} s')
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
