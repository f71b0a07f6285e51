#!/usr/bin/env python3
"""./dev bench: accuracy under damage, speed beside the floor and beside peers, memory and growth.

usage: run.py [--only accuracy|speed|word|batch] [--json] [--documents N] [options of score.py]

Bars that are met or missed are told at the end; the exit code is 1 when one is missed.
"""
import argparse
import json
import os
import pathlib
import sys
import tempfile

import many
import score
import speed
import word

MB = 1_000_000
ACCURACY_BARS = {('clean', None): 1.0, ('mix', 0.17): 0.9995, ('mix', 0.34): 0.998}
SILENT_BAR = 1e-4


class Bars(list):
    """What must hold: (met, words)."""

    def need(self, met, words):
        self.append((bool(met), words))


def judge_accuracy(results, bars):
    for r in results:
        for (kind, rate), bar in ACCURACY_BARS.items():
            if r['kind'] == kind and rate in (None, r['rate']):
                name = kind if rate is None else f'{kind} at {100 * rate:.0f} %'
                bars.need(r['f1'] >= bar, f'F1 {name}: {r["f1"]:.5f}, at least {bar}')
        if r['kind'] == 'mix':
            bars.need(r['silent_share'] < SILENT_BAR, f'silent errors mix at {100 * r["rate"]:.0f} %: '
                      f'{1e4 * r["silent_share"]:.2f} in 10 000, below {1e4 * SILENT_BAR:.0f}')


def small_sample(say, bars):
    path = speed.program.ROOT / 'samples' / 'police-department.txt'
    arguments = [speed.program.find(), 'extract', '--format', 'table', str(path)]
    wall = speed.best(lambda: speed.Measured(arguments).wall, 20)
    say(f'  small sample, start to end        {1000 * wall:9.1f} ms')
    bars.need(wall < 0.05, f'small sample {1000 * wall:.1f} ms, below 50 ms')
    return wall


def beside_floor(folder, say, bars):
    path = os.path.join(folder, 'speed.txt')
    size, records = speed.corpus(path, 20 * MB)
    start = speed.best(lambda: speed.extract(os.devnull).user, 5)
    user, floor = speed.by_turns(speed.build_floor(folder), path)
    rate, ratio = size / MB / user, size / MB / user / floor
    say(f'  text to JSON Lines                {rate:9.1f} MB/s  {records / user:12,.0f} records/s '
        f'({size / MB:.0f} MB, user time, best of {speed.TURNS} by turns; start {1000 * start:.0f} ms of it)')
    say(f'  floor                             {floor:9.1f} MB/s  {"":12} (read, decode, NFKC, one match a line)')
    say(f'  share of the floor                {ratio:9.3f}')
    bars.need(ratio >= 0.1, f'share of the floor {ratio:.3f}, at least 0.1')
    return {'mb_per_s': rate, 'records_per_s': records / user, 'floor_mb_per_s': floor, 'ratio': ratio}


def memory(folder, say, bars):
    path = os.path.join(folder, 'memory.txt')
    size, records = speed.corpus(path, 100 * MB)
    run = speed.extract(path)
    os.remove(path)
    say(f'  100 MB of forms in one file       {run.memory / MB:9.0f} MB    {records:12,d} records, {run.wall:.1f} s')
    bars.need(run.memory <= 300 * MB, f'100 MB of forms: {run.memory / MB:.0f} MB of memory, at most 300')
    return {'bytes': size, 'memory': run.memory, 'wall': run.wall}


def growth(folder, say, bars):
    times = []
    for factor in (1, 2, 4):
        path = os.path.join(folder, 'growth.txt')
        speed.corpus(path, factor * 5 * MB)
        times.append(speed.best(lambda: speed.extract(path).user, 3))
    ratios = [times[1] / times[0], times[2] / times[1]]
    say(f'  growth, 5, 10 and 20 MB           {times[0]:9.2f} s  {times[1]:8.2f} s {times[2]:8.2f} s  '
        f'doubling costs x {ratios[0]:.2f}, x {ratios[1]:.2f}')
    bars.need(max(ratios) < 2.6, f'doubling the input costs x {max(ratios):.2f}, below 2.6')
    return {'seconds': times, 'ratios': ratios}


def measure_speed(say, bars):
    with tempfile.TemporaryDirectory() as folder:
        say('\nspeed and memory, one thread')
        return {'small_sample_s': small_sample(say, bars), **beside_floor(folder, say, bars),
                'memory': memory(folder, say, bars), 'growth': growth(folder, say, bars)}


def measure_batch(count, say, bars):
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as out:
        say(f'\n{count} documents in a batch')
        return many.measure(folder, out, say, bars, count)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    score.add_arguments(parser)
    parser.add_argument('--only', choices=('accuracy', 'speed', 'word', 'batch'))
    parser.add_argument('--documents', type=int, default=20000, help='of the batch')
    args = parser.parse_args()
    say = (lambda *_: None) if args.json else (lambda text: print(text, flush=True))
    bars, result = Bars(), {'seed': args.seed}
    if args.only in (None, 'accuracy'):
        say('accuracy: what is read of invented forms after damage (exact: function, levels, name, target)')
        result['accuracy'] = score.measure(args, say)
        judge_accuracy(result['accuracy'], bars)
    if args.only in (None, 'speed'):
        result['speed'] = measure_speed(say, bars)
    if args.only in (None, 'word'):
        with tempfile.TemporaryDirectory() as folder:
            result['word'] = word.measure(folder, say, bars)
    if args.only == 'batch':  # takes minutes
        result['batch'] = measure_batch(args.documents, say, bars)
    say('')
    for met, words in bars:
        say(f'{"met   " if met else "MISSED"}  {words}')
    if args.json:
        print(json.dumps({**result, 'bars': [{'met': m, 'what': w} for m, w in bars]}, indent=1, ensure_ascii=False))
    return 0 if all(met for met, _ in bars) else 1


if __name__ == '__main__':
    sys.exit(main())
