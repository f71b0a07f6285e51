"""Word forms to records in JSON Lines: beside the floor (floor_docx.c), and beside other
programs' mere conversion of the same files, where these are installed.

All but pandoc is measured inside a running process, as the floor is: what a file costs.
"""
import glob
import os
import shlex
import subprocess
import sys

import speed

sys.path.insert(0, str(speed.HERE.parent / 'fixtures'))
from make_docx_form import write_form  # noqa: E402

MB = 1_000_000
SMALL, LARGE = 2.5, 2.0  # at most so many times the floor
FOLDER = 2000

# Each prints the best seconds of the processor of sys.argv[2] rounds over sys.argv[1].
PYTHON_PEER = '''
import sys, time
{prepare}
best = 1e9
for _ in range(int(sys.argv[2])):
    start = time.process_time()
    {convert}
    best = min(best, time.process_time() - start)
print(best)
'''
PYTHON_PEERS = {
    'python-docx': ('import docx', '[c.text for t in docx.Document(sys.argv[1]).tables for r in t.rows for c in r.cells]'),
    'mammoth': ('import mammoth', 'mammoth.convert_to_html(open(sys.argv[1], "rb"))'),
}
ANYDOC = '''
const {toMarkdown} = require('@firecrawl/anydoc');
(async () => {
  let best = 1e9;
  for (let i = 0; i < +process.argv[2]; i++) {
    const start = process.cpuUsage();
    await toMarkdown(process.argv[1]);
    const spent = process.cpuUsage(start);
    best = Math.min(best, (spent.user + spent.system) / 1e6);
  }
  console.log(best);
})();
'''
PEER_SECONDS = 120


def compile_c(source, out, packages=(), flags=()):
    wanted = subprocess.run(['pkg-config', '--cflags', '--libs', *packages], check=True, capture_output=True,
                            text=True).stdout if packages else ''
    subprocess.run([os.environ.get('PIFU_CC', 'cc'), '-std=c11', '-D_GNU_SOURCE', '-O2', '-o', out,
                    str(speed.HERE / source), *flags, *shlex.split(wanted)], check=True)
    return out


def build(folder):
    """The programs `floor_docx` and `inside`, the latter against the library just built."""
    library = os.environ.get('PIFU_BUILD') or os.path.dirname(speed.program.find())
    include = str(speed.program.ROOT / 'include')
    return (compile_c('floor_docx.c', os.path.join(folder, 'floor_docx'), ['libxml-2.0', 'libzip']),
            compile_c('inside.c', os.path.join(folder, 'inside'), flags=[
                '-I' + include, '-L' + library, '-lpifu', '-Wl,-rpath,' + os.path.abspath(library)]))


def run_program(program, rounds, paths):
    environment = {'PIFU_GRAMMARS': str(speed.program.ROOT / 'grammars'), **os.environ}
    return subprocess.run([program, str(rounds), *paths], check=True, capture_output=True, text=True,
                          env=environment).stdout.split()


def last_number(arguments):
    """What a peer prints; None where it is not installed, fails, or takes too long."""
    try:
        run = subprocess.run(arguments, capture_output=True, text=True, timeout=PEER_SECONDS)
        return float(run.stdout.split()[-1]) if run.returncode == 0 else None
    except (OSError, IndexError, ValueError, subprocess.TimeoutExpired):
        return None


def peers(path, rounds):
    """(name, seconds or None) of each; pandoc's start is taken off."""
    for name, (prepare, convert) in PYTHON_PEERS.items():
        script = PYTHON_PEER.format(prepare=prepare, convert=convert)
        yield name, last_number([os.environ.get('PIFU_PEER_PYTHON', sys.executable), '-c', script, path, str(rounds)])
    yield 'anydoc', last_number(['node', '-e', ANYDOC, path, str(rounds)])
    yield 'pandoc', pandoc(path)


def pandoc(path):
    try:
        runs = [speed.Measured(['pandoc', '-f', 'docx', '-t', 'html', path]) for _ in range(2)]
        start = speed.Measured(['pandoc', '--version']).user
    except OSError:
        return None
    return min(r.user for r in runs) - start if runs[0].rc == 0 else None


def measure_set(programs, name, paths, rounds, bar, say, bars):
    floor = float(run_program(programs[0], rounds, paths)[0])
    own, records, _ = map(float, run_program(programs[1], rounds, paths))
    say(f'  {name:32}  {1000 * own:9.1f} ms   {records / own:12,.0f} records/s   floor {1000 * floor:.1f} ms: '
        f'x {own / floor:.2f}')
    bars.need(own <= bar * floor, f'Word, {name}: x {own / floor:.2f} of the floor, at most {bar}')
    return {'seconds': own, 'floor': floor, 'records': int(records)}


def measure_peers(path, own, rounds, name, say, bars):
    result = {}
    for peer, seconds in peers(path, rounds):
        if seconds is None:
            say(f'    {peer:30}  not measured: not installed, or it failed')
            continue
        result[peer] = seconds
        say(f'    {peer:30}  {1000 * seconds:9.1f} ms   x {seconds / own:.1f}')
        bars.need(own < seconds, f'Word, {name}: {1000 * own:.1f} ms, {peer} {1000 * seconds:.1f}')
    return result


def memory(path, say, bars):
    run = speed.extract(path)
    say(f'  {"start to end, 60 000 rows":32}  {run.wall:9.1f} s    {run.memory / MB:12.0f} MB of memory')
    bars.need(run.memory <= 150 * MB, f'Word, 60 000 rows: {run.memory / MB:.0f} MB of memory, at most 150')
    return run.memory


def measure(folder, say, bars):
    say('\nWord forms to JSON Lines, inside one process')
    programs, result = build(folder), {}
    for rows, rounds, bar in ((60, 100, SMALL), (600, 20, SMALL), (60_000, 2, LARGE)):
        name, path = f'{rows} rows', os.path.join(folder, f'{rows}.docx')
        write_form(rows, path)
        result[rows] = measure_set(programs, name, [path], rounds, bar, say, bars)
        if rows < 60_000:
            result[rows]['peers'] = measure_peers(path, result[rows]['seconds'], max(2, rounds // 10), name, say, bars)
    result['memory'] = memory(path, say, bars)
    for i in range(FOLDER):
        write_form(10 + i % 21, os.path.join(folder, f'small-{i}.docx'))
    result['folder'] = measure_set(programs, f'{FOLDER} small forms', sorted(glob.glob(os.path.join(folder, 'small-*'))),
                                   2, SMALL, say, bars)
    return result
