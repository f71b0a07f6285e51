#!/usr/bin/env python3
"""Every sample and golden input: the receipt as receipt.py recomputes it; and that receipt.py
itself catches what it must (a checker that cannot fail checks nothing)."""
import sys

import program
import receipt


def self_test():
    cells = {(0, 0, 0): '产出指标', (0, 0, 1): '巡河次数', (0, 0, 2): '≥3次'}
    good = [((0, 0, 0), 'label', '产出指标'), ((0, 0, 1), 'record-field', '巡河次数'), ((0, 0, 2), 'record-field', '≥3次')]
    record = {'name': '巡河次数', 'target': '≥3次',
              'source': {'cells': {'level1': [[0, 0, 0]], 'name': [[0, 0, 1]], 'target': [[0, 0, 2]]}}}
    sums = {'label': 1, 'record-field': 2, 'cells': 3}
    invented = dict(record, target='≥33次')
    other = dict(record, source={'cells': {'name': [[0, 0, 1]], 'target': [[0, 9, 9]]}})
    tests = [
        (False, receipt.check_accounts(cells, good)), (True, receipt.check_accounts(cells, good[1:])),
        (True, receipt.check_accounts(cells, good + good[:1])), (True, receipt.check_accounts({}, good)),
        (True, receipt.check_accounts(cells, [((0, 0, 0), 'none', '产出指标')] + good[1:])),
        (False, receipt.check_sums(cells, good, sums)), (True, receipt.check_sums(cells, good, dict(sums, label=2))),
        (False, receipt.check_sources(cells, good, [record])), (True, receipt.check_sources(cells, good, [other])),
        (True, receipt.check_sources(cells, good, [])), (False, receipt.check_invented(cells, [record])),
        (True, receipt.check_invented(cells, [invented])),
    ]
    return [f'self test {i}: {wrong}' for i, (bad, wrong) in enumerate(tests) if bool(wrong) != bad]


def main():
    failed = self_test()
    print('\n'.join(failed), end='\n' if failed else '')
    inputs = program.every_input()
    for path, wrong in program.each(inputs, receipt.check):
        if wrong:
            failed.append(path)
            print(f'FAIL {program.shown(path)}')
            print('\n'.join('  ' + line for line in wrong[:12]))
    print(f'{len(inputs)} receipts checked, {len(failed)} failed')
    return 1 if failed or not inputs else 0


if __name__ == '__main__':
    sys.exit(main())
