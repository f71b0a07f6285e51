"""Word files to JSON Lines beside the floor (word.c) and beside peers that only convert them."""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

import speed
import word_peers

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / 'fixtures'))
import make_docx_form  # noqa: E402

MB = 1_000_000
SMALL_BAR, LARGE_BAR, MEMORY_BAR = 2.5, 2.0, 150 * MB
FORMS = [(60, 40, SMALL_BAR), (600, 10, LARGE_BAR), (60_000, 2, LARGE_BAR)]  # rows, rounds, bar
FOLDER_FORMS, FOLDER_ROWS = 2000, 60


def build(folder):
    """Compile word.c over the library of the build; the program's path."""
    out = os.path.join(folder, 'word')
    library = pathlib.Path(os.environ.get('PIFU_BUILD', ROOT / 'build' / 'release'))
    modules = re.search('^Requires.private: (.*)', (library / 'pifu.pc').read_text(), re.M).group(1).split()
    flags = subprocess.run(['pkg-config', '--cflags', '--libs', *modules], check=True, capture_output=True,
                           text=True).stdout
    subprocess.run([os.environ.get('PIFU_CC', 'cc'), '-std=c11', '-D_DEFAULT_SOURCE', '-O2', '-Wall', '-Wextra', '-o',
                    out, str(HERE / 'word.c'), f'-I{ROOT}/include', str(library / 'libpifu.a'), *shlex.split(flags),
                    '-lm', '-pthread', *shlex.split(os.environ.get('PIFU_FLAGS', ''))], check=True)
    return out


class Inside:
    """Floor and pifu over files: seconds, counts."""

    def __init__(self, binary, rounds, paths):
        env = {**os.environ, 'PIFU_GRAMMARS': os.environ.get('PIFU_GRAMMARS', str(ROOT / 'grammars'))}
        words = subprocess.run([binary, str(rounds), *map(str, paths)], check=True, capture_output=True, text=True,
                               env=env).stdout.split()
        self.floor, self.pifu = map(float, words[:2])
        self.xml, self.elements, self.records, self.json = map(int, words[2:])
        self.ratio = self.pifu / self.floor


def span(seconds):
    return f'{1000 * seconds:9.2f} ms' if seconds < 1 else f'{seconds:9.2f} s '


def beside_peers(path, rounds, inside, name, peers, say, bars):
    """The peers on one file; a peer that fails converts nothing."""
    taken = {}
    for peer in peers:
        seconds = taken[peer.name] = peer.seconds(path, rounds)
        if seconds is None:
            say(f'    {peer.name:22} failed, or ran out of {word_peers.TIMEOUT} s or {word_peers.MEMORY >> 30} GB')
            continue
        say(f'    {peer.name:22}{span(seconds)}   x {seconds / inside.pifu:.1f} of ours, to convert it')
        bars.need(seconds > inside.pifu, f'{name}: {span(inside.pifu).strip()}, faster than {peer.name} '
                  f'{span(seconds).strip()}')
    return taken


def tell(name, inside, bar, say, bars):
    say(f'  {name:20}{inside.xml / MB:8.1f} MB XML  floor {span(inside.floor)}  pifu {span(inside.pifu)}  '
        f'x {inside.ratio:.2f}  {inside.records:,d} records')
    bars.need(inside.ratio <= bar, f'{name}: x {inside.ratio:.2f} of the floor, at most {bar}')


def one_form(binary, folder, rows, rounds, bar, peers, say, bars):
    path, name = os.path.join(folder, f'{rows}.docx'), f'Word, {rows:,d} rows'
    make_docx_form.write_form(rows, path)
    inside = Inside(binary, rounds, [path])
    tell(name, inside, bar, say, bars)
    result = {'rows': rows, 'floor_s': inside.floor, 'pifu_s': inside.pifu, 'ratio': inside.ratio}
    result['peers_s'] = beside_peers(path, max(2, rounds // 4) if rows < 6000 else 1, inside, name, peers, say, bars)
    if rows >= 60_000:
        run = speed.extract(path)
        result['memory'] = run.memory
        say(f'    memory of the program{run.memory / MB:9.0f} MB     {run.wall:.1f} s from start to end')
        bars.need(run.memory <= MEMORY_BAR, f'{name}: {run.memory / MB:.0f} MB of memory, at most {MEMORY_BAR // MB}')
    return result


def many_forms(binary, folder, say, bars):
    """A folder of small forms: inside one process, and by the program."""
    paths, different = [], 20
    for i in range(FOLDER_FORMS):
        paths.append(os.path.join(folder, f'{i:04}.docx'))
        if i < different:
            make_docx_form.write_form(FOLDER_ROWS + i - different // 2, paths[-1])
        else:
            shutil.copy(paths[i % different], paths[-1])
    name = f'Word, {FOLDER_FORMS:,d} forms'
    inside = Inside(binary, 2, paths)
    tell(name, inside, SMALL_BAR, say, bars)
    run = speed.Measured([speed.program.find(), 'extract', '--format', 'jsonl', '--output',
                          os.path.join(folder, 'out.jsonl'), *paths])
    say(f'    the program           {span(run.user)}   user time, {FOLDER_FORMS / run.user:,.0f} forms a second, '
        f'{run.memory / MB:.0f} MB')
    return {'forms': FOLDER_FORMS, 'floor_s': inside.floor, 'pifu_s': inside.pifu, 'ratio': inside.ratio,
            'program_s': run.user}


def measure(folder, say, bars):
    say('\nWord files to JSON Lines, one thread, processor time, the start of a process apart')
    peers, absent = word_peers.installed()
    say(f'  peers: {", ".join(p.name for p in peers) or "none"}'
        + (f' (not installed: {", ".join(absent)})' if absent else ''))
    binary = build(folder)
    forms = [one_form(binary, folder, *form, peers, say, bars) for form in FORMS]
    return {'forms': forms, 'folder': many_forms(binary, folder, say, bars)}
