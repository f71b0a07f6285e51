#!/usr/bin/env python3
"""Text that nobody meant well: every run ends by itself, within its time, with a documented exit
code, and with a receipt that balances where the input could be read."""
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'golden'))
import program  # noqa: E402

SANITIZED = bool(os.environ.get('PIFU_SANITIZED'))
SECONDS = 60 if SANITIZED else 20
MEMORY = None if SANITIZED else 1_500_000_000  # sanitizers keep shadows of their own
EXITS = range(0, 7)  # 7 would be a receipt that does not balance, 70 a fault of ours

HEADER = '项目支出绩效目标表\n(2024年度)\n项目名称\t蒲公英县试验\t\t\n一级指标\t二级指标\t三级指标\t指标值\n'
DUMP = b'table\trow\tcol\trowspan\tcolspan\tpage\ttext\n'
ROW = '产出指标\t数量指标\t测试数量\t≥3个\n'


def random_bytes(n, seed):
    return random.Random(seed).randbytes(n)


def mutated(n, seed):
    """A form with bytes of it overwritten, doubled and cut out."""
    rng = random.Random(seed)
    text = bytearray((HEADER + ROW * 50).encode())
    for _ in range(n):
        at = rng.randrange(len(text))
        choice = rng.randrange(3)
        if choice == 0:
            text[at] = rng.randrange(256)
        elif choice == 1:
            text[at:at] = text[at:at + rng.randrange(1, 64)]
        else:
            del text[at:at + rng.randrange(1, 8)]
    return bytes(text)


def nested_markdown():
    quote = ''.join('> ' * n + '| 一级指标 | 二级指标 |\n' for n in range(1, 2000))
    lists = ''.join(' ' * n + '- | 产出指标 |\n' for n in range(1, 2000))
    return HEADER + quote + lists + '[' * 100_000 + '\n' + '**' * 100_000 + '\n'


def hostile():
    """(name, bytes, options)"""
    form = HEADER + ROW
    yield 'empty', b'', []
    yield 'one NUL', b'\0', []
    yield 'a line of 10 MB', HEADER.encode() + b'a' * 10_000_000 + b'\n' + ROW.encode(), []
    yield 'a name of 10 MB', (HEADER + '产出指标\t数量指标\t' + '数' * 3_300_000 + '\t≥3个\n').encode(), []
    yield 'digits of 10 MB', (HEADER + '产出指标\t数量指标\t测试数量\t≥' + '9' * 10_000_000 + '\n').encode(), []
    yield '100 000 columns', (form + '\t'.join(['格'] * 100_000) + '\n' + ROW).encode(), []
    yield '100 000 header columns', ('项目支出绩效目标表\n' + '\t'.join(['三级指标', '指标值'] * 50_000) + '\n' + ROW).encode(), []
    yield '100 000 columns of labels', (form + '\t'.join(['产出指标', '数量指标', '测试数量', '≥3个'] * 25_000) + '\n').encode(), []
    yield 'nested Markdown', nested_markdown().encode(), []
    yield 'NULs between', form.replace('\t', '\0\t\0').encode() * 200, []
    yield 'only NULs', b'\0' * 2_000_000, []
    yield 'lone surrogates', HEADER.encode() + b'\xed\xa0\x80\xed\xbf\xbf\t' * 20_000 + ROW.encode(), []
    lone = HEADER + '\ud800\t\udc00\t' * 20_000 + ROW
    yield 'lone surrogates, UTF-16', b'\xff\xfe' + lone.encode('utf-16-le', 'surrogatepass'), []
    yield 'odd UTF-16', b'\xfe\xff' + form.encode('utf-16-be') + b'\x4e', []
    yield 'only tabs', b'\t' * 1_000_000, []
    yield 'tabs and line ends', (HEADER + '\t\t\t\t\n' * 500_000 + ROW).encode(), []
    yield 'a million blank lines', HEADER.encode() + b'\n' * 1_000_000 + ROW.encode(), []
    yield 'a million form feeds', HEADER.encode() + b'\f' * 1_000_000 + ROW.encode(), []
    yield '200 000 lines of a character', HEADER.encode() + '字\n'.encode() * 200_000, []
    yield '200 000 labels, one a line', (form + '产出指标\n数量指标\n' * 100_000).encode(), []
    yield '200 000 names without end', (form + '测试数量\n' * 200_000).encode(), []
    yield '200 000 targets, one a line', (form + '≥3个\n' * 200_000).encode(), []
    yield 'pipes without end', (HEADER + '|' * 3_000_000 + '\n' + ROW).encode(), []
    yield 'lines of pipes', (HEADER.replace('\t', ' | ') + ('| ' * 300 + '\n') * 5000).encode(), []
    yield 'rule lines', (HEADER.replace('\t', ' | ') + '|---|---|---|---|\n' * 100_000).encode(), []
    yield '20 000 titles', '项目支出绩效目标表\n'.encode() * 20_000, []
    yield '20 000 headers', (HEADER * 20_000).encode(), []
    yield 'combining marks', (HEADER + '产出指标\t数量指标\t数' + '\u0301' * 500_000 + '\t≥3个\n').encode(), []
    yield 'ligatures that grow', (HEADER + '产出指标\t数量指标\t' + '\ufdfa' * 200_000 + '\t≥3个\n').encode(), []
    yield 'LaTeX without end', (HEADER + '产出指标\t数量指标\t率\t$' + '\\geq ' * 200_000 + '\n').encode(), []
    yield 'blanks without end', (HEADER + '产出指标\t数量指标\t率' + ' ' * 2_000_000 + '\t≥3个\n').encode(), []
    yield 'numerals in words', (HEADER + '产出指标\t数量指标\t数量\t' + '一百二十亿' * 100_000 + '\n').encode(), []
    yield 'glued form', (HEADER + '产出指标数量指标测试数量≥3个' * 20_000 + '\n').encode(), []
    yield 'a grid dump that lies', DUMP + b'0\t4294967295\t4294967295\t65535\t65535\t1\tx\n-1\t\t\n', []
    yield 'a grid dump of spans', DUMP + b''.join(b'0\t%d\t0\t60000\t60000\t1\tx\n' % i for i in range(2000)), []
    for seed in range(6):
        yield f'random bytes {seed}', random_bytes(300_000, seed), []
        yield f'random bytes as GB18030 {seed}', random_bytes(100_000, seed), ['--encoding', 'GB18030']
        yield f'a form with broken bytes {seed}', mutated(40, seed), []


def run(path, options):
    """(exit code or None, seconds, stderr); memory is limited, not only watched."""
    limit = [] if MEMORY is None else ['prlimit', f'--as={4 * MEMORY}']
    start = time.monotonic()
    try:
        child = subprocess.run([*limit, program.find(), 'extract', '--format', 'jsonl', '--receipt', *options, path],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return None, SECONDS, b''
    return child.returncode, time.monotonic() - start, child.stderr


def main():
    only, verbose, failed, count = sys.argv[1:], '-v' in sys.argv, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, data, options in hostile():
            if [w for w in only if w != '-v'] and name not in only:
                continue
            path = pathlib.Path(folder, 'hostile.txt')
            path.write_bytes(data)
            rc, seconds, err = run(path, options)
            count += 1
            if rc in EXITS and not verbose:
                continue
            failed += rc not in EXITS
            what = f'still running after {SECONDS} s' if rc is None else f'exit code {rc}'
            print(f'{"ok  " if rc in EXITS else "FAIL"} {name} ({len(data)} bytes): {what}, {seconds:.2f} s')
            if rc not in EXITS:
                print('  ' + err.decode('utf-8', 'replace')[-1500:].replace('\n', '\n  '))
    print(f'{count} hostile texts, {failed} failed')
    return 1 if failed or not count else 0


if __name__ == '__main__':
    sys.exit(main())
