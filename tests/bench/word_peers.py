"""Peers that convert Word files: the seconds that each takes, its own start apart.

    for peer in installed(): peer.seconds(path, rounds)     None: it failed, or ran out of time or memory

python-docx, mammoth and anydoc run inside one process, many times over; of pandoc, which
is only a program, the time of `pandoc --version` is taken off. Nothing is installed here:
    build/conform/bin/python -m pip install mammoth python-docx
    npm install --prefix build/peers @firecrawl/anydoc
"""
import os
import pathlib
import resource
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TIMEOUT = 120
MEMORY = 6 << 30  # of a peer; what needs more has failed

IN_PYTHON = '''
import sys, time
{imports}
def convert(path):
    {convert}
best = 1e9
for _ in range(int(sys.argv[2])):
    start = time.process_time()
    convert(sys.argv[1])
    best = min(best, time.process_time() - start)
print(best)
'''
MAMMOTH = IN_PYTHON.format(imports='import mammoth', convert='''
    with open(path, "rb") as f:
        mammoth.convert_to_html(f)''')
PYTHON_DOCX = IN_PYTHON.format(imports='import docx', convert='''
    for table in docx.Document(path).tables:
        for row in table._tbl.tr_lst:
            for cell in row.tc_lst:
                [p.text for p in docx.table._Cell(cell, table).paragraphs]''')
ANYDOC = '''
const { toMarkdown } = require("@firecrawl/anydoc");
(async () => {
  let best = 1e9;
  for (let i = 0; i < Number(process.argv[2]); i++) {
    const start = process.cpuUsage();
    await toMarkdown(process.argv[1]);
    const used = process.cpuUsage(start);
    best = Math.min(best, (used.user + used.system) / 1e6);
  }
  console.log(best);
})();
'''


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def run(arguments, limited=True, **more):
    try:
        return subprocess.run(arguments, capture_output=True, text=True, timeout=TIMEOUT, check=False,
                              preexec_fn=limit_memory if limited else None, **more)
    except subprocess.TimeoutExpired:
        return None


def number(result):
    """What a script printed, None where it failed."""
    return float(result.stdout) if result and result.returncode == 0 else None


class InPython:
    def __init__(self, name, module, script):
        self.name, self.script = name, script
        candidates = [ROOT / 'build' / 'conform' / 'bin' / 'python', '/usr/bin/python3', sys.executable]
        self.python = next((str(p) for p in candidates if os.access(p, os.X_OK)
                            and run([str(p), '-c', f'import {module}']).returncode == 0), None)

    def installed(self):
        return self.python is not None

    def seconds(self, path, rounds):
        return number(run([self.python, '-c', self.script, str(path), str(rounds)]))


class Anydoc:
    name = 'anydoc'
    folder = ROOT / 'build' / 'peers'

    def installed(self):
        return bool(shutil.which('node')) and (self.folder / 'node_modules' / '@firecrawl' / 'anydoc').exists()

    def seconds(self, path, rounds):
        # its address space says nothing of its memory
        return number(run(['node', '-e', ANYDOC, str(path), str(rounds)], False, cwd=self.folder))


class Pandoc:
    name = 'pandoc'

    def installed(self):
        return bool(shutil.which('pandoc'))

    def one(self, *arguments):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = run(['pandoc', *arguments, '+RTS', f'-M{MEMORY >> 20}m', '-RTS'], False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return used if result and result.returncode == 0 else None

    def seconds(self, path, rounds):
        rounds = min(rounds, 3)
        runs = [self.one('-f', 'docx', '-t', 'html', '-o', os.devnull, str(path)) for _ in range(rounds)]
        starts = [self.one('--version') for _ in range(rounds)]
        return None if None in runs + starts else min(runs) - min(starts)


def installed():
    peers = [Anydoc(), InPython('python-docx', 'docx', PYTHON_DOCX), InPython('mammoth', 'mammoth', MAMMOTH), Pandoc()]
    return [p for p in peers if p.installed()], [p.name for p in peers if not p.installed()]
