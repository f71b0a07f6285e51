#!/usr/bin/env python3
"""Reads a folder of forms on a Spark cluster and writes Parquet.

    spark-submit --master spark://HOST:7077 extract_forms.py [OPTION…] FOLDER OUT

Every task gives its share of the paths to a `pifu worker` of its own (the program and its
grammars must be installed on every node) and takes back the records and the closing line of
each document:

    driver: list FOLDER -> numbered paths -> tasks of --documents-per-task
    task:   paths -> | pifu worker | -> (number, path, closing line, record lines)
    OUT/documents    a row a document: path, status, counts, the closing line
    OUT/records      a row a record: its fields typed, and the whole line of JSON

FOLDER is a path that every node sees under the same name (NFS), or with --fetch anything
that Hadoop can open (hdfs://…, s3a://…, file:///…): the bytes then travel to the task, which
keeps one document at a time on its disk. Archives are not opened here; see pifu batch.

A document that brings the worker down, or takes longer than --time-limit, is recorded as
failed with its reason, and the task goes on with a new worker. A task that dies with its
executor is run again by Spark, and only what a task has finished is committed, so that no
record is lost or doubled. In the end the counts are compared: the exit code is 0, 6 when
some documents failed (as with pifu batch), 1 when anything is missing.
"""
import argparse
import fnmatch
import json
import os
import subprocess
import sys
import tempfile
import threading

from pyspark.sql import SparkSession, functions
from pyspark.sql import types as t

RECORD = t.StructType(
    [t.StructField(key, t.StringType()) for key in ("id", "file")]
    + [t.StructField("form", t.IntegerType()), t.StructField("kind", t.StringType()),
       t.StructField("title", t.StringType()), t.StructField("year", t.IntegerType()),
       t.StructField("department", t.StringType()), t.StructField("project", t.StringType()),
       t.StructField("function_no", t.IntegerType())]
    + [t.StructField(key, t.StringType())
       for key in ("function", "level1", "level2", "name", "target", "target_kind", "comparator")]
    + [t.StructField("number", t.DoubleType()), t.StructField("number_max", t.DoubleType())]
    + [t.StructField(key, t.StringType())
       for key in ("unit", "weight", "basis", "actual", "score", "note", "term")]
    + [t.StructField("confidence", t.DoubleType()),
       t.StructField("findings", t.ArrayType(t.StringType())),
       t.StructField("checks", t.ArrayType(t.StringType()))])

ANSWER = t.StructType([
    t.StructField("number", t.LongType(), False),
    t.StructField("path", t.StringType(), False),
    t.StructField("closing", t.StringType(), False),
    t.StructField("lines", t.ArrayType(t.StringType(), False), False),
])

CLOSING = t.StructType(
    [t.StructField(key, t.StringType()) for key in ("sha256", "format", "status", "message")]
    + [t.StructField(key, t.LongType()) for key in ("records", "doubtful", "repairs")])


class Worker:
    """One `pifu worker`, started anew when it is gone."""

    def __init__(self, command, time_limit):
        self.command, self.time_limit, self.process = command, time_limit, None

    def start(self):
        if self.process is None or self.process.poll() is not None:
            self.stop()
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self.process

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process.wait()
            self.process = None

    def ask(self, path):
        """The record lines and the closing line of a document."""
        process, late = self.start(), threading.Event()

        def give_up():
            late.set()
            process.kill()

        timer = threading.Timer(self.time_limit, give_up)
        timer.start()
        try:
            lines = self.talk(process, path)
        except BrokenPipeError:
            lines = []
        finally:
            timer.cancel()
        if lines and lines[-1].startswith('{"document":'):
            return lines[:-1], lines[-1]
        self.stop()
        return [], self.failure(path, process.returncode, late.is_set())

    @staticmethod
    def talk(process, path):
        process.stdin.write(os.fsencode(path) + b"\0")
        process.stdin.flush()
        lines = []
        for line in process.stdout:
            lines.append(line.decode("utf-8").rstrip("\n"))
            if line.startswith(b'{"document":') and line.endswith(b"\n"):
                break
        return lines

    def failure(self, path, code, late):
        """A closing line in the name of the worker that could not write one."""
        message = (f"took longer than {self.time_limit:g} s" if late else
                   f"the worker ended with {f'signal {-code}' if code < 0 else f'exit code {code}'}")
        return json.dumps({"document": path, "sha256": None, "format": None,
                           "status": "timeout" if late else "crashed", "message": message,
                           "place": None, "forms": [], "records": 0, "doubtful": 0, "repairs": 0,
                           "findings": [], "receipt": None}, ensure_ascii=False, separators=(",", ":"))


def read_paths(command, time_limit):
    """A function for mapPartitions over (number, path)."""

    def run(pairs):
        worker = Worker(command, time_limit)
        try:
            for number, path in pairs:
                lines, closing = worker.ask(path)
                yield number, path, closing, lines
        finally:
            worker.stop()

    return run


def rename(line, key, name):
    """Put the true name of a fetched document in the place of the temporary file's."""
    value = json.loads(line)
    value[key] = name
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read_bytes(command, time_limit):
    """The same over (number, (path, bytes)): each document becomes a file for a moment."""

    def run(pairs):
        worker = Worker(command, time_limit)
        with tempfile.TemporaryDirectory(prefix="pifu-") as folder:
            try:
                for number, (path, content) in pairs:
                    name = os.path.join(folder, "document")
                    with open(name, "wb") as file:
                        file.write(content)
                    lines, closing = worker.ask(name)
                    yield (number, path, rename(closing, "document", path),
                           [rename(line, "file", path) for line in lines])
            finally:
                worker.stop()

    return run


def list_paths(folder, pattern):
    """All files below the folder, in the order of their names."""
    found = []
    for root, _, names in os.walk(folder):
        found += [os.path.join(root, name) for name in names if fnmatch.fnmatch(name, pattern)]
    return sorted(found)


def plan(spark, options):
    """The documents as numbered pairs, and how to read them."""
    command = [options.pifu, "worker", "--null"]
    if options.grammars:
        command += ["--grammars", options.grammars]
    context = spark.sparkContext
    if not options.fetch:
        paths = list_paths(options.folder, options.pattern)
        tasks = max(1, -(-len(paths) // options.documents_per_task))
        pairs = context.parallelize(list(enumerate(paths)), tasks)
        return len(paths), pairs.mapPartitions(read_paths(command, options.time_limit))
    files = (spark.read.format("binaryFile").option("recursiveFileLookup", "true")
             .option("pathGlobFilter", options.pattern).load(options.folder))
    names = sorted(row.path for row in files.select("path").collect())
    number_of = context.broadcast({name: number for number, name in enumerate(names)})
    tasks = max(1, -(-len(names) // options.documents_per_task))
    pairs = (files.select("path", "content").repartition(tasks).rdd
             .map(lambda row: (number_of.value[row.path], (row.path, bytes(row.content)))))
    return len(names), pairs.mapPartitions(read_bytes(command, options.time_limit))


def write_tables(spark, raw, out):
    """From one row a document to documents and records."""
    answers = spark.read.parquet(raw)
    closing = functions.from_json("closing", CLOSING)
    (answers.select("number", "path", closing.alias("c"), "closing")
     .select("number", "path", "c.*", "closing")
     .write.parquet(os.path.join(out, "documents")))
    (answers.select("number", functions.posexplode("lines").alias("place", "json"))
     .withColumn("r", functions.from_json("json", RECORD))
     .select(functions.col("number").alias("document"), "place", "r.*", "json")
     .write.parquet(os.path.join(out, "records")))


def check(spark, out, asked):
    """Nothing may be missing, nothing be there twice; the exit code."""
    documents = spark.read.parquet(os.path.join(out, "documents"))
    records = spark.read.parquet(os.path.join(out, "records"))
    row = documents.agg(functions.count("*").alias("n"), functions.countDistinct("number").alias("distinct"),
                        functions.sum("records").alias("records"),
                        functions.sum((documents.status != "ok").cast("long")).alias("failed")).first()
    written = records.count()
    failed = row.failed or 0
    print(f"{row.n} documents, {failed} failed, {written} records")
    if row.n != asked or row.distinct != asked or written != (row.records or 0):
        print(f"something is missing: {asked} documents were asked for, their closing lines tell of "
              f"{row.records or 0} records", file=sys.stderr)
        return 1
    return 6 if failed else 0


def parse_arguments():
    parser = argparse.ArgumentParser(description="Read a folder of forms on a Spark cluster, write Parquet.")
    parser.add_argument("folder")
    parser.add_argument("out")
    parser.add_argument("--pifu", default="pifu", help="the program on the nodes")
    parser.add_argument("--grammars", help="the folder of the grammars on the nodes")
    parser.add_argument("--pattern", default="*", help="names of the files that are read")
    parser.add_argument("--fetch", action="store_true", help="FOLDER is an address for Hadoop")
    parser.add_argument("--documents-per-task", type=int, default=200)
    parser.add_argument("--time-limit", type=float, default=60, help="seconds a document may take")
    return parser.parse_args()


def main():
    options = parse_arguments()
    spark = (SparkSession.builder.appName("pifu")
             .config("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "1")
             .getOrCreate())
    raw = os.path.join(options.out, "answers")
    asked, answers = plan(spark, options)
    spark.createDataFrame(answers, ANSWER, verifySchema=False).write.parquet(raw)
    write_tables(spark, raw, options.out)
    code = check(spark, options.out, asked)
    path = spark._jvm.org.apache.hadoop.fs.Path(raw)
    path.getFileSystem(spark._jsc.hadoopConfiguration()).delete(path, True)
    spark.stop()
    return code


if __name__ == "__main__":
    sys.exit(main())
