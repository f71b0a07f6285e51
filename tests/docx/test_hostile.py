"""The program on Word files that mean harm: its exit code, its time, its memory."""
import os
import subprocess
import sys
import time
import unittest

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures")
sys.path.insert(0, FIXTURES)
sys.path.insert(0, os.path.join(FIXTURES, "..", "cli"))

from harm import bomb, set_encrypted
from make_docx import make_docx
from make_docx_form import write_form
from program import PIFU, SANITIZED, Case

class Hostile(Case):
    def measure(self, *args):
        """Exit code, standard error, seconds and peak megabytes of one run."""
        begin = time.monotonic()
        process = subprocess.Popen([PIFU, *args], cwd=self.folder.name, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        err = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        return process.returncode, err, time.monotonic() - begin, usage.ru_maxrss / 1024

    def test_zip_bomb(self):
        self.write("bomb.docx", bomb(make_docx("== body\n{p x}\n"), 1500))
        code, err, seconds, megabytes = self.measure("dump", "--stage", "grid", "bomb.docx")
        self.assertEqual(code, 4, err)
        if not SANITIZED:
            self.assertLess(seconds, 0.2 + self.start())
            self.assertLess(megabytes, 64)

    def start(self):
        """Seconds of a run that reads nothing, grammars included."""
        self.write("empty.txt", "\n")
        return self.measure("dump", "--stage", "grid", "empty.txt")[2]

    def test_encrypted(self):
        data = make_docx("== body\n{p x}\n")
        self.write("locked.docx", set_encrypted(data))
        code, err, _, _ = self.measure("dump", "--stage", "grid", "locked.docx")
        self.assertEqual(code, 3)
        self.assertIn("encrypted", err)

    def test_cut_off(self):
        data = make_docx("== options\nstored=1\n== body\n" + "{p 一段文字}\n" * 50)
        self.write("cut.docx", data[:len(data) // 2])
        code, err, _, _ = self.measure("dump", "--stage", "grid", "cut.docx")
        self.assertEqual(code, 3)
        self.assertIn("cut off", err)

    def test_memory_of_a_long_form(self):
        """Memory grows with the table: the document part is ten times as large."""
        if SANITIZED:
            self.skipTest("memory means nothing under sanitizers")
        write_form(6000, self.path("long.docx"))
        code, err, _, megabytes = self.measure("dump", "--stage", "grid", "long.docx")
        self.assertEqual(code, 0, err)
        self.assertLess(megabytes, 64)


if __name__ == "__main__":
    unittest.main()
