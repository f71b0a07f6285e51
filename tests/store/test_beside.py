"""Readers beside a writer, and a writer that is killed."""
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time

from common import PIFU, SANITIZED, StoreCase, main

ROWS = 12


class Beside(StoreCase):
    def start_load(self, store, lines):
        """A load whose lines come in small pieces, so that it is met at work."""
        process = subprocess.Popen([PIFU, "load", store], stdin=subprocess.PIPE, cwd=self.folder.name,
                                   stderr=subprocess.PIPE)

        def feed():
            try:
                for i in range(0, len(lines), 1 << 15):
                    process.stdin.write(lines[i:i + (1 << 15)])
                    process.stdin.flush()
            except BrokenPipeError:
                pass
            try:
                process.stdin.close()
            except BrokenPipeError:
                pass

        feeder = threading.Thread(target=feed)
        feeder.start()
        return process, feeder

    def test_readers_see_whole_documents(self):
        names = self.make_forms(20 if SANITIZED else 120, rows=ROWS)
        lines = self.answers(names)
        self.expect(0, "load", "a.sqlite", stdin=b"")
        process, feeder = self.start_load("a.sqlite", lines)
        seen, long_reader = set(), None
        while process.poll() is None:
            reader = sqlite3.connect(f"file:{self.path('a.sqlite')}?mode=ro", uri=True)
            broken = reader.execute(
                "SELECT d.path, d.records, (SELECT count(*) FROM records WHERE document_id = d.id)"
                " AS there FROM documents d WHERE there <> d.records").fetchall()
            self.assertEqual(broken, [])
            (count,), = reader.execute("SELECT count(*) FROM documents").fetchall()
            seen.add(count)
            if long_reader is None and count:
                # this one stays in its transaction all the time: the writer does not wait for it
                long_reader, long_count = reader, count
                reader.execute("BEGIN")
                (long_count,), = reader.execute("SELECT count(*) FROM records").fetchall()
            else:
                reader.close()
        feeder.join()
        self.assertEqual(process.returncode, 0, process.stderr.read())
        process.stderr.close()
        if long_reader:
            self.assertEqual(long_reader.execute("SELECT count(*) FROM records").fetchall(), [(long_count,)])
            long_reader.close()
        self.assertEqual(self.query("a.sqlite", "SELECT count(*) FROM records"), [(len(names) * ROWS,)])
        self.assertGreater(len(seen), 2, "the load was over before it was looked at")
        self.check_sound("a.sqlite")

    def test_killed_and_done_again(self):
        """Ten kills at random moments; each finds whole documents only, and going on ends the same."""
        names = self.make_forms(30, rows=ROWS)
        lines = self.answers(names)
        self.expect(0, "load", "whole.sqlite", stdin=lines)
        chance = random.Random(5)
        begun = time.monotonic()
        self.expect(0, "load", "timed.sqlite", stdin=lines)
        span = time.monotonic() - begun
        documents = self.split(lines)
        for number in range(10):
            store = f"killed{number}.sqlite"
            process, feeder = self.start_load(store, lines)
            time.sleep(chance.random() * span)
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stderr.close()
            feeder.join()
            known = set()
            if os.path.exists(self.path(store)) and os.path.getsize(self.path(store)):
                known = self.known(store)
            rest = b"".join(answer for name, answer in documents if name not in known)
            self.expect(0, "load", store, stdin=rest)
            self.assertEqual(self.contents(store), self.contents("whole.sqlite"))
            self.check_sound(store)
            words = "SELECT rowid FROM search WHERE search MATCH '经费' ORDER BY rowid"
            self.assertEqual(self.query(store, words), self.query("whole.sqlite", words))

    def known(self, store):
        try:
            rows = self.query(store, "SELECT path, records, (SELECT count(*) FROM records r WHERE"
                                     " r.document_id = d.id) FROM documents d")
        except sqlite3.OperationalError as error:  # killed before the tables were made
            self.assertIn("no such table", str(error))
            return set()
        for path, told, there in rows:
            self.assertEqual(told, there, path)
        return {row[0] for row in rows}

    def split(self, lines):
        documents, answer = [], b""
        for line in lines.splitlines(keepends=True):
            answer += line
            if line.startswith(b'{"document":"'):
                documents.append((line[13:line.index(b'"', 13)].decode(), answer))
                answer = b""
        return documents

    def test_two_writers_take_turns(self):
        first, second = self.make_forms(40, rows=ROWS), []
        for i, name in enumerate(first):
            second.append(self.write(f"other{i:03}.txt", self.read(name).decode().replace("青禾县", "白杨县")))
        loads = [self.start_load("a.sqlite", self.answers(names)) for names in (first, second)]
        for process, feeder in loads:
            self.assertEqual(process.wait(), 0, process.stderr.read())
            process.stderr.close()
            feeder.join()
        self.assertEqual(self.query("a.sqlite", "SELECT count(*) FROM records"), [(80 * ROWS,)])
        self.check_sound("a.sqlite")
        (found,), = self.query("a.sqlite", "SELECT count(*) FROM search WHERE search MATCH 'name:经费'")
        (scanned,), = self.query("a.sqlite", "SELECT count(*) FROM records WHERE name LIKE '%经费%'")
        self.assertEqual(found, scanned)


if __name__ == "__main__":
    main()
