"""The independent readers: each turns a file into HTML, kept under the hash of its bytes.

    peer.missing()      why it cannot run here, or None
    peer.convert(jobs)  jobs: [(path, out.html)]; what fails writes no out.html

LibreOffice runs with a profile of its own, many files a start; a batch that dies is
done again one by one, so that one bad file costs only itself.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile

TIMEOUT = 60
HERE = pathlib.Path(__file__).resolve().parent

MAMMOTH = '''
import signal, sys, mammoth
def late(*_): raise TimeoutError
signal.signal(signal.SIGALRM, late)
for line in sys.stdin:
    source, out = line.rstrip("\\n").split("\\t")
    try:
        signal.alarm(%d)
        with open(source, "rb") as f:
            html = mammoth.convert_to_html(f, convert_image=mammoth.images.img_element(lambda _: {})).value
        signal.alarm(0)
        with open(out, "w", encoding="utf-8") as f:
            f.write(html)
    except BaseException as problem:
        signal.alarm(0)
        print(source, type(problem).__name__, file=sys.stderr)
''' % TIMEOUT


def quiet(arguments, timeout, **more):
    """Run to its end or its time; True when it ended well. A late child is killed with its own."""
    child = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             start_new_session=True, **more)
    try:
        return child.wait(timeout) == 0
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, 9)
        child.wait()
        return False


class Pandoc:
    name, inputs = 'pandoc', ('docx',)

    def missing(self):
        return None if shutil.which('pandoc') else 'pandoc is not installed (Debian: pandoc)'

    def convert(self, jobs, kind):
        for path, out in jobs:
            part = f'{out}.part'
            if quiet(['pandoc', '-f', kind, '-t', 'html', '--track-changes=accept', '-o', part, str(path),
                      '+RTS', '-M1500m', '-RTS'], TIMEOUT):
                os.rename(part, out)


class Mammoth:
    name, inputs = 'mammoth', ('docx',)

    def __init__(self, venv):
        self.python = venv / 'bin' / 'python'

    def missing(self):
        if self.python.exists() and quiet([str(self.python), '-c', 'import mammoth'], TIMEOUT):
            return None
        return 'mammoth is not installed (./dev conform installs it where it may)'

    def convert(self, jobs, kind):
        lines = ''.join(f'{path}\t{out}\n' for path, out in jobs)
        subprocess.run([str(self.python), '-c', MAMMOTH], input=lines.encode(), stderr=subprocess.DEVNULL,
                       timeout=TIMEOUT * (len(jobs) + 1), check=False)


class LibreOffice:
    name, inputs = 'libreoffice', ('docx', 'xlsx')
    BATCH = 20

    def missing(self):
        return None if shutil.which('soffice') else 'LibreOffice is not installed (Debian: libreoffice-writer-nogui)'

    def convert(self, jobs, kind):
        for at in range(0, len(jobs), self.BATCH):
            batch = jobs[at:at + self.BATCH]
            self.convert_batch(batch, kind)
            for job in batch:
                if not os.path.exists(job[1]) and len(batch) > 1:
                    self.convert_batch([job], kind)

    def convert_batch(self, batch, kind):
        """Files get plain names first: LibreOffice names its output by its input."""
        with tempfile.TemporaryDirectory() as folder:
            links = []
            for i, (path, _) in enumerate(batch):
                links.append(os.path.join(folder, f'n{i}.{kind}'))
                shutil.copy(path, links[-1])
            out = os.path.join(folder, 'out')
            quiet(['soffice', f'-env:UserInstallation=file://{folder}/profile', '--headless', '--norestore',
                   '--convert-to', 'html', '--outdir', out, *links], TIMEOUT + 3 * len(batch),
                  env={**os.environ, 'HOME': folder})
            for i, (_, wanted) in enumerate(batch):
                made = os.path.join(out, f'n{i}.html')
                if os.path.exists(made):
                    shutil.move(made, wanted)


def all_peers(venv):
    return [LibreOffice(), Pandoc(), Mammoth(venv)]
