"""Every exit code of the manual, with the message that goes with it."""
import glob
import os
import re
import resource
import shutil
import subprocess
import unittest

from program import CLEAN, MISSING, NO_FORM, PIFU, SANITIZED, SOURCE, Case, main

SHORT_RECEIPT = """
#include "pifu.h"

pifu_receipt pifu_doc_receipt(const pifu_doc *doc)
{
	(void)doc;
	return (pifu_receipt){.cells = 9, .accounts = {1, 8}, .balanced = false};
}
"""


class ExitCodes(Case):
    def test_0_clean(self):
        self.write("form.txt", CLEAN)
        done = self.expect(0, "extract", "form.txt")
        self.assertEqual(done.stderr, b"")

    def test_0_warnings_do_not_count_by_default(self):
        self.write("form.txt", MISSING)
        self.expect(0, "extract", "form.txt", out='"target-missing"')

    def test_1_fail_on(self):
        self.write("form.txt", MISSING)
        self.expect(1, "extract", "--fail-on", "warning", "form.txt")
        self.expect(0, "extract", "--fail-on", "warning", "--ignore", "target-missing,doubtful", "form.txt")
        self.expect(0, "extract", "--fail-on=never", "form.txt")
        self.expect(1, "check", "--fail-on", "warning", "form.txt", out="warning: target-missing: ")

    def test_1_no_form(self):
        self.write("notice.txt", NO_FORM)
        done = self.expect(1, "extract", "notice.txt", err="pifu: notice.txt: error: no-form: ")
        self.assertEqual(done.stdout, b"")
        self.expect(0, "extract", "--fail-on", "never", "notice.txt")
        done = self.expect(0, "extract", "--ignore", "no-form", "notice.txt")
        self.assertEqual(done.stderr, b"")

    def test_1_no_form_tells_what_was_seen(self):
        self.write("notice.txt", NO_FORM)
        self.expect(1, "extract", "notice.txt", err=": only 3 lines of text\n")
        self.write("blank.txt", "\t\t\n\n")
        self.expect(1, "extract", "blank.txt", err=": nothing\n")
        self.write("list.txt", "2025年度绩效目标表\n\n指标名称\t单位\t张三\n巡河次数\t次\t李四\n")
        self.expect(1, "check", "list.txt", out="list.txt:3: error: no-form: only 1 line of text, 2 rows of up to "
                    "3 cells; most like a header: 指标名称, 单位; a title: 2025年度绩效目标表: ")

    def test_2_usage(self):
        for args in (["--frmat", "csv"], ["--format", "cvs"], ["--format"], ["--receipt=yes"],
                     ["--fail-on", "warnings"], ["--ignore", "target-mising"], ["--doubt", "2"],
                     ["--doubt", "nan"], ["-z"], ["--grammar", "departmnt"], ["--input-format", "txt"]):
            done = self.expect(2, "extract", *args, "form.txt", err="pifu: ")
            self.assertEqual(done.stdout, b"", args)
            self.assertEqual(done.stderr.count(b"\n"), 1, done.stderr)
        self.expect(2, "extrakt", err="did you mean extract?")
        self.expect(2, "grammar", "lists", err="did you mean grammar list?")
        self.expect(2, "dump", "a", "b", err="one operand too many, 'b'")

    def test_2_grammar(self):
        os.mkdir(self.path("grammars"))
        self.write("grammars/bad.yaml", "name: bad\ntitel: x\n")
        self.write("form.txt", CLEAN)
        done = self.expect(2, "extract", "--grammars", "grammars", "form.txt")
        self.assertRegex(done.stderr.decode(), r"^pifu: grammars/bad\.yaml:\d+:\d+: ")
        os.mkdir(self.path("none"))
        self.expect(2, "extract", "--grammars", "none", "form.txt", err="pifu: none: the folder holds no grammar")
        self.expect(2, "extract", "--grammars", "absent", "form.txt", err="pifu: absent: the grammar folder cannot be opened: ")

    def test_2_pattern_without_end(self):
        """A pattern that would try for ever ends in an error, wherever it is matched."""
        shutil.copytree(os.path.join(SOURCE, "grammars"), self.path("grammars"))
        common = self.read("grammars/common.yaml").decode()
        self.write("form.txt", "a" * 90 + "\n" + CLEAN.replace("养护公园个数", "a" * 90))
        for key in ("title", "placeholder"):
            endless = re.sub(rf"^  {key}: .*$", lambda _: rf"  {key}: '(?:(?:\w+)+)+[!?]$'", common,
                             count=1, flags=re.M)
            self.assertNotEqual(endless, common, key)
            self.write("grammars/common.yaml", endless)
            self.expect(2, "extract", "--grammars", "grammars", "form.txt",
                        err=f"pifu: form.txt: rule '{key}' ran into a limit: match limit exceeded\n")

    def test_3_unreadable(self):
        self.expect(3, "extract", "absent.txt", err="pifu: absent.txt: ")
        self.expect(3, "check", "absent.txt", err="pifu: absent.txt: ")
        self.expect(3, "dump", "absent.txt", err="pifu: absent.txt: ")
        self.expect(3, "explain", "absent.txt", err="pifu: absent.txt: ")
        self.write("form.txt", CLEAN)
        self.expect(3, "extract", "--encoding", "klingon-8", "form.txt", err="pifu: form.txt: ")

    def test_5_full_disk(self):
        self.write("form.txt", CLEAN * 50)
        for args in (["extract", "form.txt"], ["dump", "form.txt"], ["codes"], ["schema", "record"], ["help"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([PIFU, *args], stdout=full, stderr=subprocess.PIPE,
                                      cwd=self.folder.name, timeout=120)
            self.assertEqual(done.returncode, 5, args)
            self.assertEqual(done.stderr, b"pifu: standard output: No space left on device\n", args)
        self.expect(5, "extract", "-o", "/dev/full", "form.txt", err="pifu: /dev/full: No space left")

    def test_5_no_such_folder(self):
        self.write("form.txt", CLEAN)
        self.expect(5, "extract", "-o", "absent/out", "form.txt", err="pifu: absent/out: ")

    def test_6_some_of_several(self):
        self.write("form.txt", CLEAN)
        done = self.expect(6, "extract", "absent.txt", "form.txt", err="pifu: absent.txt: ")
        self.assertEqual(done.stdout.count(b"\n"), 5)
        self.expect(6, "extract", "absent.txt", "absent2.txt", err="pifu: absent2.txt: ")

    def test_4_limit(self):
        with open(self.path("huge.txt"), "wb") as file:
            file.truncate(3 << 30)  # takes no room on the disk
        done = self.expect(4, "extract", "huge.txt", err="pifu: huge.txt: ")
        self.assertEqual(done.stdout, b"")

    @unittest.skipIf(SANITIZED, "sanitizers need the address space")
    def test_70_memory(self):
        self.write("big.txt", CLEAN * 20000)

        def little_memory():
            resource.setrlimit(resource.RLIMIT_AS, (96 << 20, 96 << 20))

        done = self.run_pifu("extract", "--format", "json", "-o", "out.json", "big.txt",
                             preexec_fn=little_memory)
        self.assertEqual(done.returncode, 70, done.stderr)
        self.assertRegex(done.stderr.decode(), r"^pifu: (big\.txt: )?out of memory")

    def test_7_receipt(self):
        """The program over a library whose receipts are one cell short."""
        self.write("short.c", SHORT_RECEIPT)
        build = os.environ["PIFU_BUILD"]
        program = glob.glob(os.path.join(build, "CMakeFiles", "pifu.dir", "**", "*.o"), recursive=True)
        libraries = "-larchive -lsqlite3 -lxlsxwriter -lyajl -lz -lcrypto -licuuc -lm".split()
        subprocess.run([os.environ.get("PIFU_CC", "cc"), "-std=c11", "-D_DEFAULT_SOURCE", "-o", "short",
                        "-I", os.path.join(SOURCE, "include"), "short.c", *program,
                        *os.environ.get("PIFU_FLAGS", "").split(), "-L", build, "-lpifu", *libraries,
                        f"-Wl,-rpath,{build}", "-rdynamic"], cwd=self.folder.name, check=True)
        self.write("form.txt", CLEAN)
        self.write("notice.txt", NO_FORM)
        for args in (["extract", "form.txt"], ["extract", "--fail-on", "never", "form.txt"],
                     ["check", "form.txt"], ["extract", "absent.txt", "form.txt"],
                     ["extract", "notice.txt", "form.txt"]):
            done = subprocess.run([self.path("short"), *args], cwd=self.folder.name, capture_output=True)
            self.assertEqual(done.returncode, 7, (args, done.stderr))
            self.assertIn(b"pifu: form.txt: the conservation receipt does not balance: 1 of 9 cells",
                          done.stderr)
        done = subprocess.run([self.path("short"), "batch", "form.txt"], cwd=self.folder.name, capture_output=True)
        self.assertEqual((done.returncode, done.stdout), (6, b""))
        self.assertIn(b"pifu: form.txt: receipt: 1 of 9 cells have no account", done.stderr)


if __name__ == "__main__":
    main()
