"""The ledger: what is unchanged is not read again; a run that is killed goes on."""
import json
import os
import random
import signal
import subprocess
import time

from inputs import (NO_FORM, SANITIZED, Case, broken_docx, children, form, is_gone, long_form, main, tar_bytes, wait_until,
                    zip_bytes)


class Resume(Case):
    def fresh(self, *args):
        """What a run gives that knows of nothing."""
        self.expect_any("batch", *args, "-o", "fresh.jsonl", "--fresh", "-j1")
        return self.read("fresh.jsonl")

    def expect_any(self, *args):
        done = self.run_pifu(*args)
        self.assertIn(done.returncode, (0, 6), done.stderr)
        return done

    def beside(self, out):
        return sorted(name for name in os.listdir(self.folder.name) if name.startswith(out))

    def test_unchanged_is_not_read_again(self):
        self.folder_of(6)
        self.write("in/x.zip", zip_bytes([("a.txt", form(50)), ("b.txt", form(51))]))
        self.batch(0, "in", "-o", "out.jsonl", err="done: 8 documents, 8 forms, 40 records, 1 archive;")
        before = self.read("out.jsonl"), self.read("out.jsonl.ledger")
        self.batch(0, "in", "-o", "out.jsonl", err="8 documents, 8 forms, 40 records, 8 unchanged, 1 archive;")
        self.assertEqual((self.read("out.jsonl"), self.read("out.jsonl.ledger")), before)
        self.assertEqual(self.beside("out"), ["out.jsonl", "out.jsonl.ledger"])

    def test_changes_give_what_a_fresh_run_gives(self):
        rng = random.Random(4)
        self.folder_of(30)
        for kind in "jsonl", "csv":
            self.batch(0, "in", "-o", f"out.{kind}")
        for step in range(6):
            i = rng.randrange(30)
            change = rng.choice(["edit", "add", "drop", "touch", "break"])
            if change == "drop" and os.path.exists(self.path(f"in/{i:04}.txt")):
                os.unlink(self.path(f"in/{i:04}.txt"))
            elif change == "add":
                self.write(f"in/{i:04}a{step}.txt", form(100 + step))
            elif change == "break":
                self.write(f"in/{i:04}.txt", b"PK\3\4")
            elif change == "edit":
                self.write(f"in/{i:04}.txt", form(200 + step))
            fresh = self.fresh("in")
            self.expect_any("batch", "in", "-o", "out.jsonl", "-j2")
            self.assertEqual(self.read("out.jsonl"), fresh, (step, change))
            self.expect_any("batch", "in", "-o", "out.csv", "-j2")
            ledger = self.ledger("out.jsonl")
            for line in ledger.values():
                part = self.read("out.jsonl")[line["offset"]:line["offset"] + line["bytes"]]
                self.assertEqual(len(part.splitlines()), line["records"])
        self.expect_any("batch", "in", "-o", "fresh.csv")
        self.assertEqual(self.read("out.csv"), self.read("fresh.csv"))

    def test_other_order_of_inputs(self):
        self.folder_of(4)
        names = [f"in/{i:04}.txt" for i in range(4)]
        self.batch(0, *names, "-o", "out.jsonl")
        self.batch(0, *names[::-1], "-o", "out.jsonl", err="4 unchanged")
        self.assertEqual(self.files("out.jsonl"), names[::-1])
        self.batch(0, names[2], "-o", "out.jsonl", err="1 unchanged")
        self.assertEqual(self.files("out.jsonl"), [names[2]])

    def test_failed_are_repeated_on_request(self):
        self.folder_of(3)
        self.write("in/bad.docx", broken_docx())
        self.batch(6, "in", "gone.txt", "-o", "out.jsonl", err="2 failed: 1 open, 1 damaged")
        done = self.batch(6, "in", "gone.txt", "-o", "out.jsonl", err="4 unchanged, 2 failed: 1 open, 1 damaged")
        self.assertNotIn("in/bad.docx", done.stderr.decode())
        self.batch(6, "in", "gone.txt", "-o", "out.jsonl", "--retry-failed", err="3 unchanged, 2 failed")
        self.write("gone.txt", form(9))
        self.batch(6, "in", "gone.txt", "-o", "out.jsonl", err="4 unchanged, 1 failed")
        self.assertEqual(self.read("out.jsonl"), self.fresh("in", "gone.txt"))

    def test_other_options_or_a_touched_output_void_the_ledger(self):
        self.folder_of(3)
        self.batch(0, "in", "-o", "out.jsonl")
        self.assertNotIn("unchanged", self.batch(0, "in", "-o", "out.jsonl", "--doubt", "0.4").stderr.decode())
        self.assertIn("3 unchanged", self.batch(0, "in", "-o", "out.jsonl", "--doubt", "0.4").stderr.decode())
        whole = self.read("out.jsonl")
        self.write("out.jsonl", whole[:40] + b"?" + whole[41:])
        self.batch(0, "in", "-o", "out.jsonl", "--doubt", "0.4", err="2 unchanged")
        self.assertEqual(self.read("out.jsonl"), whole)
        self.write("out.jsonl", whole[:-9])
        self.assertNotIn("unchanged", self.batch(0, "in", "-o", "out.jsonl", "--doubt", "0.4").stderr.decode())
        self.assertEqual(self.read("out.jsonl"), whole)

    def test_two_runs_at_once(self):
        run = self.start("batch", self.hang(), "-o", "out.jsonl", "-j1")
        wait_until(lambda: children(run.pid))
        self.batch(5, "in", "-o", "out.jsonl", err="another run is writing it")
        run.terminate()
        run.communicate(timeout=100)
        self.assertEqual(run.returncode, -signal.SIGTERM)

    def mixed(self):
        """A folder that takes a second or so."""
        rng = random.Random(11)
        for i in range(60):
            self.write(f"in/{i:03}.txt", long_form(rng.choice([5, 100, 400 if SANITIZED else 2000]), i))
        self.write("in/020a.zip", zip_bytes([(f"{i}.txt", long_form(300, 100 + i)) for i in range(40)]))
        self.write("in/040a.docx", b"PK\3\4 broken")
        self.write("in/050a.tgz", tar_bytes([("in.zip", zip_bytes([("x.txt", form(400)), ("y.txt", NO_FORM)]))]))
        self.write("in/zz.txt", form(3))

    def test_killed_at_random(self):
        """Whenever it is killed: nothing is lost, nothing is there twice, no work is done in vain for long."""
        self.mixed()
        expected = self.fresh("in")
        whole = time.monotonic()
        self.expect_any("batch", "in", "-o", "time.jsonl", "-j2")
        whole = time.monotonic() - whole
        rng, kills = random.Random(), 0
        for attempt in range(40):
            run = self.start("batch", "in", "-o", "out.jsonl", "-j2", "--progress", "none")
            pids = []
            try:
                run.wait(rng.uniform(0, whole * 0.7))
            except subprocess.TimeoutExpired:
                pids = children(run.pid)
                run.kill()
                kills += 1
            run.communicate()
            for pid in pids:  # its workers die with it
                wait_until(lambda pid=pid: is_gone(pid))
            if run.returncode >= 0 and kills >= 5:
                break
            if run.returncode >= 0:
                for name in self.beside("out"):
                    os.unlink(self.path(name))
        self.assertGreaterEqual(kills, 5)
        self.assertEqual(run.returncode, 6)
        self.assertEqual(self.read("out.jsonl"), expected)
        self.assertEqual(self.beside("out"), ["out.jsonl", "out.jsonl.ledger"])
        self.assertEqual({name: line["status"] for name, line in self.ledger("out.jsonl").items()},
                         {name: line["status"] for name, line in self.ledger("fresh.jsonl").items()})

    def test_goes_on_where_it_was(self):
        """What was done before the kill is not read again."""
        self.folder_of(100)
        run = self.start("batch", "in", self.hang(), "-o", "out.jsonl", "-j2", "--progress", "none")
        ledger = self.path("out.jsonl.part.ledger")
        wait_until(lambda: os.path.exists(ledger) and self.read("out.jsonl.part.ledger").count(b"\n") == 101)
        run.kill()
        run.communicate()
        self.assertFalse(os.path.exists(self.path("out.jsonl")))
        self.batch(0, "in", "-o", "out.jsonl", err="100 unchanged")
        self.assertEqual(self.read("out.jsonl"), self.fresh("in"))

    def test_torn_journal(self):
        """A power cut leaves half a line, or records that no line speaks of."""
        self.folder_of(20)
        self.batch(0, "in", "-o", "done.jsonl")
        whole, ledger = self.read("done.jsonl"), self.read("done.jsonl.ledger").splitlines(keepends=True)
        self.assertGreater(json.loads(ledger[8])["bytes"], 1000)
        self.write("out.jsonl.part.ledger", b"".join(ledger[:9]))
        self.write("out.jsonl.part", whole[:json.loads(ledger[8])["offset"] + 100])
        self.batch(0, "in", "-o", "out.jsonl", err="7 unchanged")
        self.assertEqual(self.read("out.jsonl"), whole)
        for name in self.beside("out"):
            os.unlink(self.path(name))
        for keep, cut, more in ((8, 0, b""), (8, 30, b""), (8, 0, b'{"id":"x'), (0, 0, b"y"), (1, 5, b"z" * 99)):
            lines = b"".join(ledger[:1 + keep])
            end = json.loads(ledger[keep]).get("offset", 0) + json.loads(ledger[keep]).get("bytes", 0)
            self.write("out.jsonl.part.ledger", lines[:len(lines) - cut])
            self.write("out.jsonl.part", whole[:end] + more)
            self.batch(0, "in", "-o", "out.jsonl")
            self.assertEqual(self.read("out.jsonl"), whole)
            for name in self.beside("out"):
                os.unlink(self.path(name))

    def test_killed_between_the_last_renames(self):
        self.folder_of(8)
        self.batch(0, "in", "-o", "old.jsonl")
        self.write("in/0003.txt", form(99))
        self.batch(0, "in", "-o", "new.jsonl")
        old, new = self.read("old.jsonl"), self.read("new.jsonl")
        ledger = self.read("new.jsonl.ledger")
        for assembled in b"false", b"true":
            done = ledger.replace(b'"assembled":false', b'"assembled":' + assembled)
            from_name = "out.jsonl.new" if assembled == b"true" else "out.jsonl.part"
            for renamed in False, True:
                for name in self.beside("out"):
                    os.unlink(self.path(name))
                self.write("out.jsonl", new if renamed else old)
                self.write("out.jsonl.ledger", self.read("old.jsonl.ledger"))
                self.write("out.jsonl.ledger.new", done)
                if not renamed:
                    self.write(from_name, new)
                elif assembled == b"true":
                    self.write("out.jsonl.part", b"what was copied from")
                self.batch(0, "in", "-o", "out.jsonl", err="8 unchanged")
                self.assertEqual(self.read("out.jsonl"), new)
                self.assertEqual(self.beside("out"), ["out.jsonl", "out.jsonl.ledger"])

    def test_stopped_by_signal(self):
        self.folder_of(50)
        self.write("out.jsonl", "older output")
        pipe = self.hang()
        for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            run = self.start("batch", "in", pipe, "-o", "out.jsonl", "-j2")
            part = self.path("out.jsonl.part")
            wait_until(lambda: children(run.pid) and os.stat(part).st_size > 10000)
            run.send_signal(number)
            told = run.communicate(timeout=20)[1].decode()
            self.assertEqual(run.returncode, -number)
            self.assertIn("stopped; the same command goes on from here: ", told)
            self.assertEqual(self.read("out.jsonl"), b"older output")
        self.batch(0, "in", "-o", "out.jsonl", err=" unchanged")
        self.assertEqual(self.read("out.jsonl"), self.fresh("in"))


if __name__ == "__main__":
    main()
