"""From which size on does a cluster pay? Measures, on this machine, pifu batch with two workers and
the Spark job on a master and two workers of one core each, over the same made documents:

    PIFU=build/fast/pifu PIFU_GRAMMARS=$PWD/grammars PIFU_SPARK_PYTHON=…/venv/bin/python \\
        python3 tests/spark/measure.py [DOCUMENTS]

The job's time is taken for few documents and for all: the first is what starting costs, the
difference is its rate. CPU seconds of all processes are printed beside the clock, because a
machine that has other work to do lies about the clock."""
import os
import resource
import subprocess
import sys
import tempfile
import time

import test_cluster as cluster

FEW = 20


def timed(call):
    """Seconds by the clock, and of the processors by children that have ended."""
    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    begun, cpu = time.monotonic(), used()
    call()
    return time.monotonic() - begun, used() - cpu


def run_batch(forms, out):
    done = subprocess.run([cluster.PIFU, "batch", "-r", "-j", "2", "--progress", "none", forms, "-o", out])
    assert done.returncode in (0, 6), done.returncode


def run_job(spark, folder, forms, name):
    with cluster.Cluster(spark, folder) as nodes:
        begun = time.monotonic()
        code, told, log = nodes.run("--pifu", cluster.PIFU, forms, os.path.join(folder, name))
        assert code in (0, 6), log[-3000:]
        return time.monotonic() - begun, told.strip()


def main():
    spark = cluster.find_spark()
    cluster.DOCUMENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 6000
    with tempfile.TemporaryDirectory(prefix="pifu-spark-") as folder:
        forms, few = os.path.join(folder, "forms"), os.path.join(folder, "few")
        cluster.make_documents(forms)
        n, cluster.DOCUMENTS = cluster.DOCUMENTS, FEW
        cluster.make_documents(few)
        clock, cpu = timed(lambda: run_batch(forms, os.path.join(folder, "batch.jsonl")))
        print(f"batch -j2, {n} documents: {clock:.1f} s, {cpu:.1f} s of the processors", flush=True)
        start, told = run_job(spark, folder, few, "few-out")
        print(f"Spark, {told}: {start:.1f} s", flush=True)
        whole, told = run_job(spark, folder, forms, "all-out")
        print(f"Spark, {told}: {whole:.1f} s", flush=True)
        rate, spark_rate = n / clock, (n - FEW) / max(whole - start, 1e-9)
        share = spark_rate / rate
        print(f"batch {rate:.0f}, Spark {spark_rate:.0f} documents a second and machine ({share:.2f}); starting {start:.0f} s")
        for machines in (2, 4, 8):
            gain = 1 - 1 / (machines * share)
            pays = f"from {start * rate / gain:,.0f} documents on" if gain > 0 else "never"
            print(f"{machines} machines pay {pays}")
        print("load of the machine: %.1f" % os.getloadavg()[0])


if __name__ == "__main__":
    main()
