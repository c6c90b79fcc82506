"""Runs MLPerf's load generator on systems of known service times, and writes what it reports: `golden.py DIRECTORY`.

A system is a line of inferences in front of so many workers. Each inference sleeps for a known time, and how long it really took is written
down: who replays those times has the same system, whatever else this machine did meanwhile.
"""

import importlib.metadata
import json
import pathlib
import queue
import re
import sys
import tempfile
import threading
import time

import mlperf_loadgen as loadgen

SEED = 2026
# Of what a system can do, so much is asked of a server.
LOAD = 0.7

# Name, workers, and how long inference number n takes in milliseconds, counted as they begin.
SYSTEMS = (
    ("steady", 1, (5,)),
    ("bimodal", 2, (3, 3, 3, 3, 3, 3, 3, 3, 3, 15)),
)
QUERIES = {"SingleStream": 200, "MultiStream": 50, "Offline": 400, "Server": 500}
# Later than this after it was scheduled, a sample reached the system because this machine had others to serve first.
LATEST_US = 1000
ATTEMPTS = 10


class System:
    def __init__(self, workers, service_ms):
        self.service_ms = service_ms
        self.line = queue.Queue()
        self.lock = threading.Lock()
        self.begun = 0
        self.issued_us = []
        self.service_us = {}
        self.threads = [threading.Thread(target=self.work) for _ in range(workers)]
        for thread in self.threads:
            thread.start()

    def issue(self, samples):
        now = time.perf_counter_ns()
        self.issued_us.extend([now / 1000] * len(samples))
        for sample in samples:
            self.line.put((sample.id, now))

    def work(self):
        ended = 0
        while True:
            with self.lock:
                item = self.line.get()
                number = self.begun
                self.begun += 1
            if item is None:
                return
            identifier, issued = item
            # From when both were there: what it takes to take it from the line is part of the service.
            begin = max(issued, ended)
            due = begin + self.service_ms[number % len(self.service_ms)] * 1_000_000
            time.sleep(max(0, due - time.perf_counter_ns()) / 1e9)
            ended = time.perf_counter_ns()
            loadgen.QuerySamplesComplete([loadgen.QuerySampleResponse(identifier, 0, 0)])
            self.service_us[number] = round((ended - begin) / 1000)

    def close(self):
        for _ in self.threads:
            self.line.put(None)
        for thread in self.threads:
            thread.join()


def settings_of(scenario, system):
    _, workers, service_ms = system
    settings = loadgen.TestSettings()
    settings.scenario = getattr(loadgen.TestScenario, scenario)
    settings.mode = loadgen.TestMode.PerformanceOnly
    settings.min_duration_ms = 0
    # The samples of the one query of offline are counted otherwise.
    settings.min_query_count = settings.max_query_count = QUERIES[scenario]
    capacity = workers * 1000 / (sum(service_ms) / len(service_ms))
    settings.server_target_qps = LOAD * capacity
    settings.offline_expected_qps = capacity
    settings.schedule_rng_seed = settings.sample_index_rng_seed = settings.qsl_rng_seed = SEED
    return settings


SAMPLE = re.compile(
    r'"name":"Sample","cat":"default","ph":"b".*"ts":([\d.]+),"args":\{"sample_seq":(\d+),"query_seq":(\d+),.*"complete_ns":(\d+)'
)


def samples_of(trace):
    """When each was scheduled, and its latency from then, both in microseconds, in the order in which they were issued."""
    found = sorted(
        (int(query), int(sequence), float(at), int(latency) / 1000)
        for at, sequence, query, latency in SAMPLE.findall(trace)
    )
    first = found[0][2]
    return {
        "query": [query - found[0][0] for query, *_ in found],
        "scheduledUs": [round(at - first) for _, _, at, _ in found],
        "latencyUs": [round(latency) for *_, latency in found],
    }


REPORTED = {
    "minUs": r"Min latency \(ns\)\s*: (\d+)",
    "maxUs": r"Max latency \(ns\)\s*: (\d+)",
    "meanUs": r"Mean latency \(ns\)\s*: (\d+)",
    **{f"p{p}Us": rf"{p}\.00 percentile latency \(ns\)\s*: (\d+)" for p in (50, 90, 95, 97, 99)},
}
# By scenario, what it calls its throughput.
THROUGHPUT = {
    "SingleStream": r"QPS w/ loadgen overhead\s*: ([\d.]+)",
    "Offline": r"Samples per second\s*: ([\d.]+)",
    "Server": r"Completed samples per second\s*: ([\d.]+)",
}


def reported_by(scenario, summary):
    reported = {name: int(re.search(line, summary).group(1)) / 1000 for name, line in REPORTED.items()}
    if scenario in THROUGHPUT:
        reported["samplesPerSecond"] = float(re.search(THROUGHPUT[scenario], summary).group(1))
    return reported


def measure(scenario, system, attempt=1):
    name, workers, service_ms = system
    under_test = System(workers, service_ms)
    with tempfile.TemporaryDirectory() as folder:
        log_settings = loadgen.LogSettings()
        log_settings.enable_trace = True
        log_settings.log_output.outdir = folder
        sut = loadgen.ConstructSUT(under_test.issue, lambda: None)
        qsl = loadgen.ConstructQSL(100, 100, lambda _: None, lambda _: None)
        loadgen.StartTestWithLogSettings(sut, qsl, settings_of(scenario, system), log_settings)
        under_test.close()
        loadgen.DestroyQSL(qsl)
        loadgen.DestroySUT(sut)
        logs = pathlib.Path(folder)
        summary = (logs / "mlperf_log_summary.txt").read_text(encoding="utf8")
        trace = (logs / "mlperf_log_trace.json").read_text(encoding="utf8")
    samples = samples_of(trace)
    lags = [at - due for at, due in zip(under_test.issued_us, samples["scheduledUs"])]
    if max(lags) - min(lags) > LATEST_US and attempt < ATTEMPTS:
        return measure(scenario, system, attempt + 1)
    count = len(under_test.service_us)
    return {
        "scenario": scenario,
        "system": name,
        "workers": workers,
        "serviceMs": service_ms,
        "reported": reported_by(scenario, summary),
        "serviceUs": [under_test.service_us[number] for number in range(count)],
        **samples,
    }


def main(folder):
    version = importlib.metadata.version("mlcommons-loadgen")
    for scenario in QUERIES:
        runs = [measure(scenario, system) for system in SYSTEMS]
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", scenario).lower()
        document = {"by": f"mlcommons-loadgen {version}", "runs": runs}
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf8")
        print(name, [run["reported"] for run in runs], flush=True)


if __name__ == "__main__":
    destination = pathlib.Path(sys.argv[1])
    destination.mkdir(parents=True, exist_ok=True)
    main(destination)
