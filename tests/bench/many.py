"""A folder of many mixed documents, made up, and how a batch fares on it.

    000/…  folders of 250 entries:
           text, Word, web pages and workbooks of invented forms
           broken ones: cut Word files, bytes of chance, notices that are no form
           bombs: a Word file and a zip that unpack to far more than is honest
           zips, tar.gz of a zip: archives within archives, member names in GBK or UTF-8
"""
import html
import io
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
import zipfile

import forms
import speed

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'fixtures'))
import make_docx  # noqa: E402
import make_xlsx  # noqa: E402

MB = 1_000_000
NOTICE = '通知\n各单位:\n请于周五下午到三楼会议室开会。\n'
# of 1000 documents: how many are what
SHARES = {'text': 430, 'word': 120, 'web': 120, 'sheet': 80, 'broken': 40, 'bomb': 2, 'zipped': 160, 'nested': 48}


def small_form(rng):
    """A form of 8 to 40 indicators."""
    form = forms.make(rng, rng.choice(['department', 'project', 'project']))
    form.rows = form.rows[:rng.randint(8, 40)]
    return form


def lines_of(form):
    return forms.head_lines(form) + forms.table(form)


def text_of(form):
    return '\n'.join('\t'.join(line) for line in lines_of(form)) + '\n'


def word_of(form):
    lines = lines_of(form)
    first = next(i for i, line in enumerate(lines) if len(line) > 1)
    body = ''.join(f'{{p {line[0]}}}' for line in lines[:first] if line)
    rows = ''.join('{row ' + ' | '.join(cell or ' ' for cell in line + [''] * (form.width - len(line))) + '}'
                   for line in lines[first:])
    return make_docx.make_docx(f'== body\n{body}\n<w:tbl>{rows}</w:tbl>\n')


def web_of(form):
    rows = ''.join('<tr>' + ''.join(f'<td>{html.escape(cell)}</td>' for cell in line) + '</tr>\n'
                   for line in lines_of(form) if line)
    return f'<html><head><meta charset="utf-8"></head><body><table>\n{rows}</table></body></html>\n'.encode()


def sheet_of(form):
    cells = [f"{'ABCDEFG'[column]}{row}\t'{cell}" for row, line in enumerate(lines_of(form), 1)
             for column, cell in enumerate(line) if cell]
    return make_xlsx.make('sheet\t批复表\n' + '\n'.join(cells) + '\n')


def zip_of(members, gbk=False):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    data = out.getvalue()
    if gbk:  # as Windows writes it: the same number of bytes, and no mark of UTF-8
        for name, _ in members:
            raw = name.encode('gbk')
            data = data.replace(name.encode(), raw + b'_' * (len(name.encode()) - len(raw)))
        data = data.replace(b'PK\3\4\x14\0\0\x08', b'PK\3\4\x14\0\0\0').replace(b'\x14\0\0\x08\x08\0', b'\x14\0\0\0\x08\0')
    return data


def tar_of(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w:gz') as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def broken(rng):
    kind = rng.randrange(3)
    if kind == 0:
        return '.docx', word_of(small_form(rng))[:-rng.randint(200, 900)]
    return ('.bin', rng.randbytes(3000)) if kind == 1 else ('.txt', NOTICE.encode() + str(rng.random()).encode())


def bomb(rng):
    if rng.random() < 0.5:
        return '.docx', zip_of([('[Content_Types].xml', b'<Types/>'), ('word/document.xml', bytes(60 * MB))])
    return '.zip', zip_of([('0.txt', bytes(60 * MB)), ('form.txt', text_of(small_form(rng)).encode())])


def archive(rng, count, nested):
    members = [(f'批复表{rng.randrange(10 ** 6)}-{i}.txt', text_of(small_form(rng)).encode()) for i in range(count)]
    if not nested:
        return '.zip', zip_of(members, gbk=rng.random() < 0.5)
    half = count // 2
    return '.tar.gz', tar_of([('内/in.zip', zip_of(members[:half])), *members[half:]])


def make(folder, count, seed=1):
    """Write `count` documents, or a few more; the number of files written."""
    rng, made, files, bombs = random.Random(seed), 0, 0, {}
    kinds, weights = list(SHARES), list(SHARES.values())
    simple = {'text': ('.txt', lambda f: text_of(f).encode()), 'word': ('.docx', word_of), 'web': ('.html', web_of),
              'sheet': ('.xlsx', sheet_of)}
    while made < count:
        kind = rng.choices(kinds, [w / (16 if k in ('zipped', 'nested') else 1) for k, w in zip(kinds, weights)])[0]
        if kind in simple:
            ending, data = simple[kind][0], simple[kind][1](small_form(rng))
        elif kind == 'broken':
            ending, data = broken(rng)
        elif kind == 'bomb':
            key = rng.randrange(4)
            bombs.setdefault(key, bomb(rng))
            ending, data = bombs[key]
        else:
            ending, data = archive(rng, 16, kind == 'nested')
        made += 16 if kind in ('zipped', 'nested') else 1
        path = pathlib.Path(folder, f'{files // 250:03}')
        path.mkdir(parents=True, exist_ok=True)
        (path / f'{files:06}{ending}').write_bytes(data)
        files += 1
    return files


# ---- Runs -----------------------------------------------------------------------------------


def command(folder, out, jobs, *more):
    return [speed.program.find(), 'batch', '-r', str(folder), '-o', str(out), '-j', str(jobs), *more]


def rss(pid):
    try:
        with open(f'/proc/{pid}/statm', encoding='ascii') as file:
            return int(file.read().split()[1]) * os.sysconf('SC_PAGESIZE')
    except (OSError, IndexError):
        return 0


def children(pid):
    try:
        with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def watched(arguments):
    """Run; (seconds, exit code, last line told, what the processes took: [(seconds, pid, bytes)])."""
    seen, begun = [], time.monotonic()
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as run:
        def look():
            while run.poll() is None:
                at = time.monotonic() - begun
                seen.extend((at, pid, rss(pid)) for pid in [run.pid, *children(run.pid)])
                time.sleep(0.05)
        watcher = threading.Thread(target=look)
        watcher.start()
        told = run.stderr.read().splitlines()
        run.wait()
        seconds = time.monotonic() - begun
        watcher.join()
    return seconds, run.returncode, told[-1] if told else '', run.pid, seen


def flatness(seen, seconds, parent):
    """Peak of the workers in the second quarter and in the last, in bytes."""
    def peak(begin, end):
        return max([size for at, pid, size in seen if pid != parent and begin * seconds <= at < end * seconds] or [0])
    return peak(0.25, 0.5), peak(0.75, 1)


def forget(out):
    """Remove an output and all that stands beside it."""
    for path in out.parent.glob(out.name + '*'):
        path.unlink()


def killed(folder, out, whole, times, rng):
    """Run and kill at random points, `times` times, then run to the end. A run that was
    through before the last kill does not count: all is begun anew, with kills that come sooner."""
    kills, share = 0, 1.6
    while True:
        with subprocess.Popen(command(folder, out, 2), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as run:
            try:
                run.wait(rng.uniform(0.02, share * whole / (times + 1)) if kills < times else None)
            except subprocess.TimeoutExpired:
                run.send_signal(signal.SIGKILL)
                kills += 1
                continue
        if kills == times:
            return
        forget(out)
        kills, share = 0, 0.7 * share


def same_files(a, b):
    with open(a, 'rb') as one, open(b, 'rb') as two:
        while True:
            left, right = one.read(1 << 22), two.read(1 << 22)
            if left != right:
                return False
            if not left:
                return True


STORED = {'documents': 'id, path, duplicate_of, sha256, format, status, message, size, forms, records, doubtful, repairs, '
                       'findings, cells, balanced, accounts',
          'forms': '*', 'functions': '*', 'indicators': '*', 'cells': '*', 'repairs': '*', 'findings': '*'}


def same_stores(a, b):
    """Row by row, but for the run and the time of a document."""
    one, two = (sqlite3.connect(path) for path in (a, b))
    same = all(left == right for table, columns in STORED.items()
               for left, right in zip(*(db.execute(f'SELECT {columns} FROM {table} ORDER BY 1, 2, 3') for db in (one, two)))
               ) and all(one.execute(f'SELECT count(*) FROM {table}').fetchone() ==
                         two.execute(f'SELECT count(*) FROM {table}').fetchone() for table in STORED)
    one.close()
    two.close()
    return same


def loose_files(folder):
    """Documents that extract takes, too: no archives."""
    return [str(path) for path in sorted(pathlib.Path(folder).rglob('*'))
            if path.is_file() and path.suffix not in ('.zip', '.gz')]


def gain(folder, out, rounds):
    """What a second process gains: two runs of extract on the halves, and two workers."""
    paths = loose_files(folder)
    lists = {'all': paths, 'even': paths[::2], 'odd': paths[1::2]}
    for name, some in lists.items():
        pathlib.Path(out, name).write_text('\n'.join(some), encoding='utf-8')

    def alone(*names):
        begun = time.monotonic()
        runs = [subprocess.Popen([speed.program.find(), 'extract', '-o', f'{out}/{name}.jsonl', *lists[name]],
                                 stderr=subprocess.DEVNULL) for name in names]
        for run in runs:
            run.wait()
        return time.monotonic() - begun

    def batch(jobs):
        for name in os.listdir(out):
            if name.startswith('gain.jsonl'):
                os.unlink(os.path.join(out, name))
        begun = time.monotonic()
        subprocess.run([speed.program.find(), 'batch', '--files-from', f'{out}/all', '-o', f'{out}/gain.jsonl', '-j',
                        str(jobs), '--progress', 'none'], check=False)
        return time.monotonic() - begun

    times = [(alone('all'), alone('even', 'odd'), batch(1), batch(2)) for _ in range(rounds)]
    return [min(column) for column in zip(*times)]


def measure(folder, out, say, bars, count=20000, kills=10):
    inputs = pathlib.Path(folder, 'in')
    files = make(inputs, count)
    lone = pathlib.Path(out, 'one.jsonl')
    seconds, code, told, pid, seen = watched(command(inputs, lone, 1))
    say(f'  -j1                               {seconds:9.1f} s    {told.removeprefix("pifu: ")}')
    bars.need(code == 6 and 'done: ' in told, f'{files} files run through, exit code {code}')
    early, late = flatness(seen, seconds, pid)
    say(f'  largest worker                    {early / MB:9.0f} MB in the second quarter, {late / MB:.0f} MB in the last')
    bars.need(late <= 1.1 * early + 8 * MB, f'memory of a worker {early / MB:.0f} MB, then {late / MB:.0f} MB: flat')
    seconds, _, _, pid, seen = watched(command(inputs, pathlib.Path(out, 'two.jsonl'), 2))
    own = max(size for _, who, size in seen if who == pid)
    say(f'  -j2                               {seconds:9.1f} s    the batch itself {own / MB:.0f} MB')
    bars.need(same_files(lone, pathlib.Path(out, 'two.jsonl')), 'records the same for -j1 and -j2')
    shot = pathlib.Path(out, 'kill.jsonl')
    killed(inputs, shot, seconds, kills, random.Random())
    bars.need(same_files(lone, shot), f'records the same after {kills} kills at random points')
    forget(shot)
    forget(pathlib.Path(out, 'two.jsonl'))
    begun = time.monotonic()
    subprocess.run(command(inputs, pathlib.Path(out, 'one.sqlite'), 2, '--progress', 'none'), check=False)
    stored = time.monotonic() - begun
    say(f'  into a store, -j2                 {stored:9.1f} s')
    shot = pathlib.Path(out, 'kill.sqlite')
    killed(inputs, shot, stored, kills, random.Random())
    bars.need(same_stores(pathlib.Path(out, 'one.sqlite'), shot),
              f'the store the same after {kills} kills at random points')
    one, two, first, second = gain(inputs, out, 3)
    share = (first / second) / (one / two)
    say(f'  extract, one and two processes    {one:9.1f} s  {two:8.1f} s   gain {one / two:.2f}')
    say(f'  batch, one and two workers        {first:9.1f} s  {second:8.1f} s   gain {first / second:.2f}')
    bars.need(share >= 0.9, f'two workers gain {share:.2f} of what two processes gain, at least 0.9')
    return {'files': files, 'j1_s': seconds, 'worker_early': early, 'worker_late': late, 'gain_share': share}
