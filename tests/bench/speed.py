"""Time and memory of the program: child processes measured one at a time by their own rusage."""
import os
import pathlib
import shlex
import subprocess
import sys
import time

import inject

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'golden'))
import program  # noqa: E402


class Measured:
    """One run: user and wall seconds, peak memory in bytes, exit code."""

    def __init__(self, arguments, timeout=600):
        start = time.monotonic()
        child = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - start
        self.user, self.memory, self.rc = usage.ru_utime, usage.ru_maxrss * 1024, child.returncode


def extract(path, *options):
    run = Measured([program.find(), 'extract', '--format', 'jsonl', *options, str(path)])
    if run.rc not in (0, 1):
        sys.exit(f'extract {path}: exit code {run.rc}')
    return run


def best(measure, rounds):
    return min(measure() for _ in range(rounds))


def corpus(path, size, seed=1, kind='mix', rate=0.17):
    """At least `size` bytes of different forms in one file; the number of records.
    Forms are made until there are 4 MB; larger files repeat these."""
    texts, records, total = [], [], 0
    for made in inject.generate(kind, rate, 10000, seed, 'tabs'):
        texts.append((made.text + '\n').encode())
        records.append(len(made.form.rows))
        total += len(texts[-1])
        if total >= min(size, 4_000_000):
            break
    written = count = at = 0
    with open(path, 'wb') as f:
        while written < size:
            f.write(texts[at % len(texts)])
            written += len(texts[at % len(texts)])
            count += records[at % len(texts)]
            at += 1
    return written, count


def build_floor(folder):
    """Compile floor.c with the machine's compiler; the program's path."""
    out = os.path.join(folder, 'floor')
    flags = subprocess.run(['pkg-config', '--cflags', '--libs', 'icu-uc', 'libpcre2-8'], check=True,
                           capture_output=True, text=True).stdout
    compiler = os.environ.get('PIFU_CC', 'cc')
    subprocess.run([compiler, '-std=c11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-o', out,
                    str(HERE / 'floor.c'), *shlex.split(flags)], check=True)
    return out


TURNS, ROUNDS = 8, 8


def by_turns(binary, path):
    """The program and its floor over one file by turns, (seconds, MB/s), each the best of TURNS. The machine
    is fast in one moment and slow in the next: so the floor takes as many rounds at a turn as make it run
    about as long as the program, and all of them count."""
    user, rate = [], []
    for _ in range(TURNS):
        user.append(extract(path).user)
        words = subprocess.run([binary, str(path), str(ROUNDS)], check=True, capture_output=True, text=True).stdout
        rate.append(float(words.split()[4]))
    return min(user), max(rate)
