"""pifu batch: inputs, order, failures, what it tells."""
import json
import os
import pty
import signal
import subprocess
import time

from inputs import NO_FORM, PIFU, SANITIZED, Case, children, form, long_form, main, wait_until


class Batch(Case):
    def test_same_bytes_as_extract_for_any_jobs(self):
        self.folder_of(40)
        names = [f"in/{i:04}.txt" for i in range(40)]
        for kind, more in (("jsonl", []), ("csv", []), ("csv", ["--bom"]), ("tsv", []), ("json", [])):
            expected = self.expect(0, "extract", "-f", kind, *more, *names).stdout
            for jobs in "1", "2", "5":
                out = f"out{jobs}{len(more)}.{kind}"
                self.batch(0, "in", "-o", out, "-j", jobs, *more)
                self.assertEqual(self.read(out), expected, (kind, jobs))

    def test_to_standard_output(self):
        self.folder_of(3)
        done = self.batch(0, "in", "--progress", "none", "-f", "csv")
        self.assertEqual(done.stdout.count(b"\r\n"), 16)
        self.assertEqual(done.stderr, b"")
        self.assertEqual(sorted(os.listdir(self.folder.name)), ["in"])

    def test_folders_are_walked_in_order(self):
        for name in ("in/b.txt", "in/a/2.txt", "in/a/1.md", "in/c/d/e.txt", "in/.hidden", "in/~$b.docx", "in/Thumbs.db"):
            self.write(name, form(len(name)))
        self.batch(0, "in", "-o", "flat.jsonl")
        self.assertEqual(self.files("flat.jsonl"), ["in/b.txt"])
        self.batch(0, "-r", "in/", "-o", "deep.jsonl")
        self.assertEqual(self.files("deep.jsonl"), ["in/a/1.md", "in/a/2.txt", "in/b.txt", "in/c/d/e.txt"])
        self.batch(0, "-r", "in", "--glob", "*.md", "--glob", "c/*", "-o", "glob.jsonl")
        self.assertEqual(self.files("glob.jsonl"), ["in/a/1.md", "in/c/d/e.txt"])

    def test_links_to_folders_are_not_followed(self):
        self.write("in/a.txt", form(1))
        os.symlink("..", self.path("in/up"))
        os.symlink("a.txt", self.path("in/b.txt"))
        self.batch(0, "-r", "in", "-o", "out.jsonl", err="1 duplicate;")
        self.assertEqual(self.files("out.jsonl"), ["in/a.txt", "in/b.txt"])

    def test_output_is_no_input(self):
        self.folder_of(3, ".")
        for _ in range(2):
            self.batch(0, ".", "-o", "out.jsonl", err="done: 3 documents")
        self.assertEqual(self.files("out.jsonl"), ["./0000.txt", "./0001.txt", "./0002.txt"])

    def test_lists(self):
        self.folder_of(3)
        self.batch(0, "--files-from", "-", "-o", "a.jsonl", stdin=b"in/0002.txt\r\n\nin/0000.txt\n")
        self.assertEqual(self.files("a.jsonl"), ["in/0002.txt", "in/0000.txt"])
        self.write("odd\nname.txt", form(7))
        self.write("list", b"odd\nname.txt\0in/0001.txt")
        self.batch(0, "--files-from", "list", "-0", "in/0000.txt", "-o", "b.jsonl")
        self.assertEqual(self.files("b.jsonl"), ["in/0000.txt", "odd\nname.txt", "in/0001.txt"])
        self.batch(3, "--files-from", "none", "-o", "c.jsonl", err="none: No such file")

    def test_named_twice_is_read_once(self):
        self.folder_of(2)
        self.batch(0, "in/0000.txt", "in", "-o", "out.jsonl", err="1 named twice")
        self.assertEqual(self.files("out.jsonl"), ["in/0000.txt", "in/0001.txt"])

    def test_duplicates_are_noted(self):
        self.write("in/a.txt", form(1))
        self.write("in/b.txt", form(2))
        self.write("in/c.txt", form(1))
        self.batch(0, "in", "-o", "out.jsonl", err="1 duplicate;")
        ledger = self.ledger("out.jsonl")
        self.assertEqual({name: line["duplicate_of"] for name, line in ledger.items()},
                         {"in/a.txt": None, "in/b.txt": None, "in/c.txt": "in/a.txt"})

    def test_failures_are_recorded(self):
        self.folder_of(2)
        self.write("in/0001a.docx", b"PK\3\4 this is no Word file")
        self.write("in/0003.txt", NO_FORM)
        done = self.batch(6, "in", "nowhere.txt", "-o", "out.jsonl", err="2 failed: 1 open, 1 ")
        told = done.stderr.decode()
        self.assertIn("pifu: in/0001a.docx: ", told)
        self.assertIn("pifu: nowhere.txt: open: ", told)
        self.assertIn("1 without a form", told)
        ledger = self.ledger("out.jsonl")
        self.assertEqual([line["status"] for line in ledger.values()].count("ok"), 3)
        self.assertEqual(ledger["nowhere.txt"]["status"], "open")
        self.assertTrue(ledger["nowhere.txt"]["message"])
        self.assertEqual(self.files("out.jsonl"), ["in/0000.txt", "in/0001.txt"])

    def test_many_failures_are_told_in_the_ledger(self):
        for i in range(30):
            self.write(f"in/{i}", b"PK\3\4")
        done = self.batch(6, "in", "-o", "out.jsonl", err="further failures are not told here, but in ")
        self.assertEqual(done.stderr.decode().count("pifu: in/"), 20)

    def test_unreadable_folder(self):
        if os.getuid() == 0:
            self.skipTest("root may read everything")
        self.folder_of(1)
        os.mkdir(self.path("in/shut"), 0)
        self.batch(6, "-r", "in", "-o", "out.jsonl", err="in/shut/: open: cannot read: Permission denied")

    def test_time_limit_costs_one_document(self):
        self.folder_of(6)
        self.hang()
        for jobs in "1", "2":
            self.batch(6, "in/0000.txt", "pipe", "in", "-o", f"out{jobs}.jsonl", "-j", jobs, "--timeout", "1",
                       err="pipe: time: took longer than 1 seconds")
            self.assertEqual(len(self.files(f"out{jobs}.jsonl")), 6)
        line = self.ledger("out1.jsonl")["pipe"]
        self.assertEqual((line["status"], line["records"], line["bytes"]), ("time", 0, 0))

    def test_memory_limit_costs_one_document(self):
        if SANITIZED:
            self.skipTest("sanitizers need their own memory")
        self.folder_of(6)
        self.write("in/0002a.txt", long_form(100000))
        self.batch(6, "in", "-o", "out.jsonl", "-j2", "--max-memory", "100M", err="1 memory")
        self.assertEqual(len(self.files("out.jsonl")), 6)
        self.assertIn("100 MiB", self.ledger("out.jsonl")["in/0002a.txt"]["message"])

    def test_crash_costs_one_document(self):
        """The process that waits for the pipe is killed; nothing else suffers."""
        self.folder_of(8)
        run = self.start("batch", "in/0000.txt", self.hang(), "in", "-o", "out.jsonl", "-j1")
        part = self.path("out.jsonl.part")
        wait_until(lambda: os.path.exists(part) and os.stat(part).st_size > 0)
        time.sleep(0.2)
        os.kill(children(run.pid)[0], signal.SIGABRT)
        told = run.communicate(timeout=100)[1].decode()
        self.assertEqual(run.returncode, 6, told)
        self.assertIn("pipe: crash: the process was ended by signal 6", told)
        self.assertEqual(len(self.files("out.jsonl")), 8)
        self.assertEqual(self.ledger("out.jsonl")["pipe"]["status"], "crash")

    def test_progress_for_programs(self):
        self.folder_of(5)
        run = self.start("batch", "in", self.hang(), "-o", "out.jsonl", "--progress", "json", "-j1")
        progress = json.loads(run.stderr.readline())["progress"]
        self.assertEqual((progress["documents"], progress["failed"], progress["files"]), (5, 0, 6))
        with open(self.path("pipe"), "w", encoding="utf-8") as pipe:
            pipe.write(form(7))
        lines = [json.loads(line) for line in run.communicate(timeout=100)[1].decode().splitlines()]
        self.assertEqual(run.returncode, 0)
        summary = lines[-1]["summary"]
        self.assertEqual((summary["end"], summary["documents"], summary["failed"], summary["forms"]), ("done", 6, 0, 6))
        self.assertEqual(summary["records"], len(self.records("out.jsonl")))
        self.assertGreater(summary["worker_peak"], 1 << 20)

    def test_progress_for_people(self):
        """A bar on a terminal, gone when the summary comes."""
        self.folder_of(5)
        ours, theirs = pty.openpty()
        run = subprocess.Popen([PIFU, "batch", "in", self.hang(), "-o", "out.jsonl"], cwd=self.folder.name, stderr=theirs)
        os.close(theirs)
        told = b""
        while b"documents" not in told:
            told += os.read(ours, 1000)
        with open(self.path("pipe"), "w", encoding="utf-8") as pipe:
            pipe.write(form(7))
        try:
            while True:
                told += os.read(ours, 1000)
        except OSError:
            pass
        os.close(ours)
        self.assertEqual(run.wait(60), 0)
        self.assertRegex(told.decode(), r"^\r\[=+ *\] +\d+ %  \d documents  \d+/s")
        self.assertRegex(told.decode(), r"\r\x1b\[Kpifu: done: 6 documents, 6 forms, 30 records; [\d.]+ seconds\r\n$")

    def test_shards_share_the_inputs(self):
        self.folder_of(10)
        shares = []
        for k in 1, 2, 3:
            self.batch(0, "in", "--shard", f"{k}/3", "-o", f"out{k}.jsonl")
            shares.append(self.files(f"out{k}.jsonl"))
        self.assertEqual([len(share) for share in shares], [4, 3, 3])
        self.assertEqual(sorted(sum(shares, [])), [f"in/{i:04}.txt" for i in range(10)])
        for wrong in "0/3", "4/3", "1", "1/3x", "a/b":
            self.batch(2, "in", "--shard", wrong, err="--shard takes K/N")

    def test_usage(self):
        self.batch(2, err="no INPUT is given")
        self.batch(2, "x", "-j", "0", err="takes a number from 1 to 10000")
        self.batch(2, "x", "--max-memory", "2X", err="takes a size")
        self.batch(2, "x", "--timeout", "-1", err="takes a number of seconds")
        self.batch(2, "x", "-f", "table", err="unknown format 'table'")
        self.batch(2, "x", "-g", "departmnt", err="did you mean department?")
        self.batch(5, "x", "-o", "no/such/folder.jsonl", err="no/such/folder.jsonl")


if __name__ == "__main__":
    main()
