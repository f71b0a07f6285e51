"""Standard input and output, files that appear when complete, pipes that end early, terminals."""
import os
import pty
import signal
import subprocess

from program import CLEAN, NO_FORM, PIFU, Case, main


class Streams(Case):
    def test_standard_input(self):
        text = CLEAN.encode("utf-8")
        for args in (["extract", "-"], ["extract"], []):
            done = self.expect(0, *args, stdin=text)
            self.assertEqual(done.stdout.count(b"\n"), 5, args)
            self.assertIn(b'"file":"-"', done.stdout)

    def test_order_is_input_order(self):
        self.write("b.txt", CLEAN)
        self.write("a.txt", CLEAN)
        lines = self.expect(0, "extract", "b.txt", "a.txt").stdout.decode("utf-8").splitlines()
        self.assertEqual(["b.txt" in line for line in lines], [True] * 5 + [False] * 5)

    def test_output_file(self):
        self.write("form.txt", CLEAN)
        told = self.expect(0, "extract", "form.txt").stdout
        for option in (["-o", "out"], ["-oout"], ["--output", "out"], ["--output=out"]):
            done = self.expect(0, "extract", *option, "form.txt")
            self.assertEqual(done.stdout, b"")
            self.assertEqual(self.read("out"), told)
        self.assertEqual(sorted(os.listdir(self.folder.name)), ["form.txt", "out"])

    def test_output_over_input(self):
        self.write("form.txt", CLEAN)
        told = self.expect(0, "extract", "form.txt").stdout
        self.expect(0, "extract", "-o", "form.txt", "form.txt")
        self.assertEqual(self.read("form.txt"), told)

    def test_output_through_link(self):
        self.write("form.txt", CLEAN)
        self.write("target", "old")
        os.symlink("target", self.path("link"))
        self.expect(0, "extract", "-o", "link", "form.txt")
        self.assertTrue(os.path.islink(self.path("link")))
        self.assertEqual(self.read("target").count(b"\n"), 5)

    def test_usage_error_leaves_output_alone(self):
        self.write("out", "old")
        self.write("form.txt", CLEAN)
        self.expect(2, "extract", "-o", "out", "--grammar", "nonesuch", "form.txt")
        self.assertEqual(self.read("out"), b"old")

    def test_pipe_that_ends_early(self):
        self.write("form.txt", CLEAN * 3000)
        child = subprocess.Popen([PIFU, "extract", "form.txt"], cwd=self.folder.name,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        child.stdout.read(100)
        child.stdout.close()
        told = child.stderr.read()
        child.stderr.close()
        self.assertEqual(child.wait(timeout=120), -signal.SIGPIPE)
        self.assertEqual(told, b"")

    def test_receipt_on_standard_error(self):
        self.write("form.txt", CLEAN)
        done = self.expect(0, "extract", "--receipt", "form.txt", err="balanced: 1 form, 5 records\n")
        self.assertNotIn(b"balanced", done.stdout)
        told = done.stderr.decode("utf-8")
        cells = int(told.split(": ")[1].split()[0])
        accounts = [int(line.split()[0]) for line in told.splitlines()[1:-1]]
        self.assertEqual(sum(accounts), cells)
        self.assertEqual(cells, sum(bool(cell.strip()) for line in CLEAN.split("\n")
                                    for cell in line.split("\t")))

    def test_findings_on_standard_error(self):
        self.write("notice.txt", NO_FORM)
        done = self.expect(1, "extract", "--format", "table", "notice.txt", err="no-form")
        self.assertIn(b"notice.txt: no form was recognised", done.stdout)
        self.assertNotIn(b"pifu:", done.stdout)

    def test_place_of_broken_bytes(self):
        bad = CLEAN.encode("utf-8").replace("设施".encode("utf-8"), b"\xff\xfe\xff")
        self.write("bad.txt", bad)
        line = 1 + bad[:bad.index(b"\xff")].count(b"\n")
        done = self.run_pifu("extract", "--encoding", "UTF-8", "bad.txt")
        self.assertRegex(done.stderr.decode("utf-8"),
                         rf"(?m)^pifu: bad\.txt:{line}:\d+: warning: bad-bytes: ")

    def on_terminal(self, *args, env=None):
        """What the program prints where standard output (and input) is a terminal."""
        pid, terminal = pty.fork()
        if pid == 0:
            try:
                os.chdir(self.folder.name)
                os.environ.update({"TERM": "xterm", **(env or {})})
                os.execv(PIFU, [PIFU, *args])
            finally:
                os._exit(127)
        told = b""
        try:
            while piece := os.read(terminal, 65536):
                told += piece
        except OSError:  # how a terminal ends on Linux
            pass
        os.close(terminal)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return status, told.decode("utf-8").replace("\r\n", "\n")

    def test_no_arguments_on_a_terminal(self):
        status, told = self.on_terminal()
        self.assertEqual(status, 0)
        self.assertIn("usage: pifu COMMAND", told)
        status, told = self.on_terminal("extract")
        self.assertEqual(status, 2)
        self.assertIn("standard input is a terminal", told)

    def test_colours_on_a_terminal(self):
        self.write("form.txt", CLEAN)
        table = ["extract", "--format", "table", "form.txt"]
        self.assertIn("\033[1m", self.on_terminal(*table)[1])
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn("\033", self.on_terminal(*table, env=env)[1], env)
        self.assertIn("\033[1m", self.on_terminal(*table, env={"NO_COLOR": ""})[1])
        self.assertNotIn("\033", self.on_terminal(*table, "--color=never")[1])


if __name__ == "__main__":
    main()
