"""Old documents through LibreOffice: the real one where it is installed, and programs that play its part."""
import hashlib
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures")
sys.path.insert(0, FIXTURES)

from make_docx import make_docx
from make_ole import make_ole
from make_xlsx import make as make_xlsx
from program import CLEAN, NAMES, PIFU, Case, main


def find_soffice():
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, "soffice")
        if os.access(path, os.X_OK):
            return path
    return None


SOFFICE = find_soffice()
ROWS = [line.split("\t") for line in CLEAN.splitlines()]
HEAD = ROWS[:2]
TABLE = [row + [""] * (5 - len(row)) for row in ROWS[2:]]
CHANGES = ("== body\n<w:tbl>{grid 900 900}<w:tr>{c vMerge=restart| 甲}{c 1}</w:tr><w:tr>{c vMerge| }<w:tc><w:p>"
           '<w:r><w:t>二</w:t></w:r><w:ins w:id="1" w:author="a" w:date="2025-01-01T00:00:00Z"><w:r><w:t>十</w:t></w:r>'
           '</w:ins></w:p></w:tc></w:tr></w:tbl><w:p/>')
FIELDS = ("function", "level1", "level2", "name", "target")


def escaped(text):
    return "".join(c if ord(c) < 128 and c not in "{}\\" else f"\\u{struct.unpack('<h', c.encode('utf-16-le'))[0]}?"
                   for c in text)


def rtf(before=""):
    """CLEAN as RTF; `before` stands above it."""
    out = [r"{\rtf1\ansi\ansicpg936\uc1\deff0{\fonttbl{\f0 SimSun;}}", before]
    out += [escaped(row[0]) + r"\par" for row in HEAD]
    for row in TABLE:
        out.append(r"\trowd" + "".join(rf"\cellx{1800 * (c + 1)}" for c in range(5)))
        out.append("".join(rf"\intbl {escaped(text)}\cell " for c, text in enumerate(row)) + r"\row")
    return "\n".join(out + [r"\pard\par}"]).encode("ascii")


def docx():
    rows = "".join("<w:tr>" + "".join("{c %s}" % text for text in row) + "</w:tr>" for row in TABLE)
    head = "".join("{p %s}" % row[0] for row in HEAD)
    return make_docx(f"== body\n{head}<w:tbl>{{grid 1500 1500 1500 1500 1500}}{rows}</w:tbl><w:p/>")


def xlsx():
    lines = ["sheet\t表一"]
    for number, row in enumerate(ROWS, 1):
        lines += [f"{'ABCDE'[col]}{number}\t'{text}" for col, text in enumerate(row) if text]
    return make_xlsx("\n".join(lines) + "\n")


class Office(Case):
    def setUp(self):
        super().setUp()
        self.temporary = self.path("tmp")
        os.mkdir(self.temporary)

    def run_pifu(self, *args, env=None, **options):
        return super().run_pifu(*args, env={"TMPDIR": self.temporary, **(env or {})}, **options)

    def records(self, *args, **options):
        out = self.expect(0, "extract", *args, **options).stdout.decode("utf-8")
        return [{k: r[k] for k in FIELDS} for r in map(json.loads, out.splitlines())]

    def clean(self):
        return self.records(self.write("clean.txt", CLEAN))

    def program(self, text):
        """A program in LibreOffice's place."""
        path = self.path("soffice")
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + text)
        os.chmod(path, 0o755)
        return {"PIFU_SOFFICE": path}

    def wait_for(self, test, seconds=20):
        end = time.monotonic() + seconds
        while not test():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)

    def pid(self, name):
        def written():
            return os.path.exists(self.path(name)) and self.read(name).strip()
        self.wait_for(written)
        return int(self.read(name))

    def is_alive(self, pid):
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                return file.read().rsplit(")", 1)[1].split()[0] != "Z"
        except (FileNotFoundError, ProcessLookupError):
            return False


class Played(Office):
    """What does not need LibreOffice."""

    def test_missing(self):
        kinds = (("form.rtf", rtf(), "libreoffice-writer"), ("form.doc", make_ole({"WordDocument": b"x"}), "libreoffice-writer"),
                 ("form.xls", make_ole({"Workbook": b"x"}), "libreoffice-calc"), ("book", make_ole({"Book": b"x"}), "libreoffice-calc"),
                 ("form.wps", make_ole({"MN0": b"x"}), "libreoffice-writer"),
                 ("four.xls", b"\x09\x04\x06\x00\x00\x00\x10\x00\x00\x00\x0a\x00\x00\x00", "libreoffice-calc"),
                 ("word.xml", b'<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"/>',
                  "libreoffice-writer"),
                 ("lower.doc", make_ole({"worddocument": b"x"}), "libreoffice-writer"))
        for name, data, package in kinds:
            self.write(name, data)
            self.expect(3, "extract", name, err=f"install the package {package}", env={"PATH": "", "PIFU_SOFFICE": ""})
        self.expect(3, "extract", "form.rtf", err="not at '/nowhere/soffice'", env={"PIFU_SOFFICE": "/nowhere/soffice"})
        self.expect(3, "extract", "--soffice", "/nowhere/office", "form.rtf", err="not at '/nowhere/office'")
        self.assertEqual(os.listdir(self.temporary), [])

    def test_kinds(self):
        """A table inside a Word document makes it no workbook, nor does a word in its text."""
        never = {"PATH": "", "PIFU_SOFFICE": ""}
        self.write("a.bin", make_ole({"ObjectPool/_1/Workbook": b"x", "1Table": b"y", "WordDocument": b"z"}))
        self.expect(3, "extract", "a.bin", err="an old Word document", env=never)
        self.write("b.bin", make_ole({"WordDocument": "EncryptedPackage".encode("utf-16-le")}))
        self.expect(3, "extract", "b.bin", err="an old Word document", env=never)
        self.write("c.bin", make_ole({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}))
        self.expect(3, "extract", "c.bin", err="protected by a password", env=never)
        self.write("d.bin", make_ole({"PowerPoint Document": b"x"}))
        self.expect(3, "extract", "d.bin", err="cannot be read", env=never)
        self.write("e.bin", make_ole({"WordDocument": struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 0x0100)}))
        self.expect(3, "extract", "e.bin", err="an old Word document is protected by a password", env=never)
        self.write("f.doc", "<html><body><table><tr><td>一</td></tr></table></body></html>")
        self.expect(0, "dump", "f.doc", out="一", env=never)

    def test_locked_workbook(self):
        """It is converted first: write-protected ones are encrypted, too."""
        bof = struct.pack("<HH16s", 0x809, 16, b"")
        self.write("locked.xls", make_ole({"Workbook": bof + struct.pack("<HH", 0x2F, 4) + b"\0" * 4}))
        self.expect(3, "extract", "locked.xls", err="protected by a password", env=self.program("exit 1"))

    def test_damaged_containers(self):
        """No OLE container, however damaged, is more than refused."""
        whole = make_ole({f"Stream{i}": b"x" * 5000 for i in range(40)} | {"WordDocument": b"x"})
        for at in (26, 30, 44, 48, 60, 68, 76, 80, *range(len(whole) - 6000, len(whole), 397)):
            damaged = bytearray(whole)
            damaged[at:at + 4] = bytes([0xFF if at % 2 else 0x7F]) * 4
            self.write("damaged.doc", bytes(damaged))
            done = self.run_pifu("dump", "damaged.doc", env={"PATH": "", "PIFU_SOFFICE": ""})
            self.assertEqual(done.returncode, 3)
        for size in range(8, 2000, 397):
            self.write("short.doc", whole[:size])
            self.assertEqual(self.run_pifu("dump", "short.doc", env={"PATH": ""}).returncode, 3)

    def test_played(self):
        """What the program is given, and that nothing of it stays."""
        self.write("made.docx", docx())
        self.write("form.doc", rtf())
        env = self.program(f'''
            for word; do before=$last; last=$word; [ "$before" = --outdir ] && out=$word; done
            printf '%s\\n' "$@" >{self.path("args")}
            env >{self.path("env")}
            stat -c %a "$HOME" >{self.path("mode")}
            cp {self.path("made.docx")} "$out/in.docx"
            cmp "$last" {self.path("form.doc")} >{self.path("same")} && echo same >{self.path("same")}
        ''')
        done = self.expect(0, "extract", "form.doc", env={**env, "DISPLAY": ":7", "http_proxy": "http://127.0.0.1:1"})
        records = [{k: r[k] for k in FIELDS} for r in map(json.loads, done.stdout.decode("utf-8").splitlines())]
        self.assertEqual(records, self.clean())
        self.assertEqual(self.read("same"), b"same\n")
        self.assertEqual(self.read("mode"), b"700\n")
        self.assertIn(b"docx:MS Word 2007 XML\n", self.read("args"))
        names = set(re.findall(rb"(?m)^(\w+)=", self.read("env")))
        self.assertFalse(names & {b"DISPLAY", b"http_proxy", b"PIFU_SOFFICE"})
        self.assertEqual(os.listdir(self.temporary), [])

    def test_provenance(self):
        self.write("made.docx", docx())
        self.write("form.doc", rtf())
        env = self.program(f'for word; do [ "$before" = --outdir ] && cp {self.path("made.docx")} "$word/in.docx"; before=$word; done')
        document = json.loads(self.expect(0, "extract", "-f", "json", "form.doc", env=env).stdout)
        self.assertEqual(document["indicators"][0]["source"]["sha256"], hashlib.sha256(rtf()).hexdigest())
        self.assertIn("converted", [f["code"] for f in document["findings"]])
        self.expect(0, "check", "form.doc", out="info: converted: an RTF document: LibreOffice turned", env=env)

    def test_failure(self):
        self.write("form.rtf", rtf())
        env = self.program("echo first; echo 'Error: source file could not be loaded' >&2; exit 1")
        self.expect(3, "extract", "form.rtf", err="an RTF document: Error: source file could not be loaded "
                    "(is the package libreoffice-writer installed?)", env=env)
        self.assertEqual(os.listdir(self.temporary), [])
        env = self.program('for word; do [ "$before" = --outdir ] && echo no zip >"$word/in.docx"; before=$word; done')
        self.expect(3, "extract", "form.rtf", env=env)
        env = self.program('for word; do [ "$before" = --outdir ] && ln -s /etc/passwd "$word/in.docx"; before=$word; done')
        self.expect(3, "extract", "form.rtf", err="could not read", env=env)

    def test_time_limit(self):
        """All that it started is gone with it."""
        self.write("form.rtf", rtf())
        env = self.program(f"sleep 300 & echo $! >{self.path('pid')}; sleep 300")
        begin = time.monotonic()
        self.expect(4, "extract", "--limit", "convert-seconds=1", "form.rtf", err="more than 1 seconds", env=env)
        self.assertLess(time.monotonic() - begin, 15)
        self.assertFalse(self.is_alive(self.pid("pid")))
        self.assertEqual(os.listdir(self.temporary), [])

    def test_leftover_process(self):
        """What still runs when the program itself has ended is ended, too."""
        self.write("form.rtf", rtf())
        env = self.program(f"sleep 300 & echo $! >{self.path('pid')}; exit 1")
        self.expect(3, "extract", "form.rtf", env=env)
        self.wait_for(lambda: not self.is_alive(self.pid("pid")))

    def test_memory_limit(self):
        self.write("form.rtf", rtf())
        env = self.program(f"ulimit -v >{self.path('memory')}; exit 1")
        self.expect(3, "extract", "--limit", "convert-memory=1G", "form.rtf", env=env)
        self.assertEqual(self.read("memory"), b"1048576\n")

    def test_death(self):
        """When pifu dies on the way, the watcher ends the program and removes the folder."""
        self.write("form.rtf", rtf())
        env = self.program(f"sleep 300 & echo $! >{self.path('pid')}; sleep 300")
        for number in (signal.SIGINT, signal.SIGKILL):
            process = subprocess.Popen([PIFU, "extract", "form.rtf"], cwd=self.folder.name, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, env={**os.environ, **env, "TMPDIR": self.temporary})
            pid = self.pid("pid")
            self.assertEqual(len(os.listdir(self.temporary)), 1)
            process.send_signal(number)
            process.wait()
            self.wait_for(lambda: not self.is_alive(pid) and not os.listdir(self.temporary))
            os.remove(self.path("pid"))

    def test_network(self):
        """No network where the system gives processes one of their own; elsewhere (a program in
        unshare's place that fails) it runs all the same."""
        os.mkdir(self.path("bin"))
        with open(self.path("bin/unshare"), "w", encoding="ascii") as file:
            file.write("#!/bin/sh\nexit 1\n")
        os.chmod(self.path("bin/unshare"), 0o755)
        able = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0
        self.assertTrue(self.reaches(self.path("bin") + os.pathsep + os.environ["PATH"]))
        if not able:
            print("no user namespaces here: that the network is off is not tested", file=sys.stderr)
            self.skipTest("no user namespaces")
        self.assertFalse(self.reaches(os.environ["PATH"]))

    def reaches(self, path):
        """Does what runs in LibreOffice's place get a connection?"""
        self.write("form.rtf", rtf())
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(0.5)
            code = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}))"
            env = self.program(f'{sys.executable} -c "{code}" 2>/dev/null; exit 1')
            self.expect(3, "extract", "form.rtf", env={**env, "PATH": path})
            try:
                server.accept()[0].close()
                return True
            except TimeoutError:
                return False

    def test_profile(self):
        """Macros, links and Java are off before LibreOffice starts."""
        self.write("form.rtf", rtf())
        env = self.program(f'cp "$HOME/profile/user/registrymodifications.xcu" {self.path("profile.xcu")}; exit 1')
        self.expect(3, "extract", "form.rtf", env=env)
        root = xml.etree.ElementTree.fromstring(self.read("profile.xcu"))
        name = "{http://openoffice.org/2001/registry}name"
        values = {item[0].get(name): item[0][0].text for item in root}
        self.assertEqual(values["MacroSecurityLevel"], "3")
        for key, value in (("DisableMacrosExecution", "true"), ("BlockUntrustedRefererLinks", "true"), ("Enable", "false")):
            self.assertEqual(values[key], value)

    def test_no_folder(self):
        self.write("form.rtf", rtf())
        done = self.expect(3, "extract", "form.rtf", err="/nowhere/pifu-", env={**self.program("exit 1"), "TMPDIR": "/nowhere"})
        self.assertIn("No such file", done.stderr.decode("utf-8"))


class Real(Office):
    """With LibreOffice itself."""

    @classmethod
    def setUpClass(cls):
        if not SOFFICE:
            print("LibreOffice is not installed: its own tests are skipped", file=sys.stderr)
            cls.skipTest(cls, "LibreOffice is not installed")

        cls.made = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.made.cleanup)
        cls.make("doc:MS Word 97", {"form.docx": docx(), "changes.docx": make_docx(CHANGES)})
        cls.make("xls:MS Excel 97", {"form.xlsx": xlsx()})

    @classmethod
    def make(cls, kind, sources):
        """Old files by LibreOffice itself."""
        paths = []
        for name, data in sources.items():
            paths.append(os.path.join(cls.made.name, name))
            with open(paths[-1], "wb") as file:
                file.write(data)
        subprocess.run([SOFFICE, "--headless", f"-env:UserInstallation=file://{cls.made.name}/profile", "--convert-to", kind,
                        "--outdir", cls.made.name, *paths], check=True, capture_output=True, timeout=300)

    def old(self, name):
        path = os.path.join(self.made.name, name)
        self.assertTrue(os.path.exists(path))
        return path

    def check(self, name):
        records = self.records(name)
        self.assertEqual(records, self.clean())
        self.assertEqual([r["name"] for r in records], NAMES)
        self.assertEqual(os.listdir(self.temporary), [])

    def test_rtf(self):
        self.check(self.write("form.bin", rtf()))

    def test_doc(self):
        self.check(self.old("form.doc"))

    def test_xls(self):
        self.check(self.old("form.xls"))

    def test_changes_and_spans(self):
        """Merged cells and tracked changes come through."""
        name = self.old("changes.doc")
        for args, text in (((), "二十"), (("--changes", "original"), "二")):
            lines = [line.split("\t") for line in self.expect(0, "dump", *args, name).stdout.decode().splitlines()]
            self.assertEqual(lines[1][3:], ["2", "1", "1", "甲"])
            self.assertIn(["0", "1", "1", "1", "1", "1", text], lines)


if __name__ == "__main__":
    main()
