"""Writes what NumPy, SciPy and mpmath say to the cases of test/golden/statistics: `golden.py DIRECTORY`."""

import itertools
import json
import math
import pathlib
import statistics
import sys

import mpmath
import numpy as np
import scipy
from samples import SAMPLES, latencies, rounds_of, tied
from scipy import stats

CONFIDENCES = (0.9, 0.95, 0.99)
LEVELS = (0, 0.001, 0.01, 0.1, 0.25, 0.3, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1)


def descriptive():
    """Quantiles by NumPy. Moments by Python's exact fractions: NumPy's squares overflow, or lose digits far from zero."""
    for name, values in SAMPLES.items():
        exact = [statistics.mean(values), statistics.stdev(values) if len(values) > 1 else 0.0]
        if 1e-150 < max(values) < 1e150 and name != "far-from-zero":
            np.testing.assert_allclose(exact[0], np.mean(values), rtol=1e-12)
            if len(values) > 1:
                np.testing.assert_allclose(exact[1], np.std(values, ddof=1), rtol=1e-12, atol=1e-12)
        yield {
            "samples": name,
            "mean": float(exact[0]),
            "stddev": float(exact[1]),
            "quantiles": [[p, float(np.quantile(values, p, method="linear"))] for p in LEVELS],
            "medianAbsoluteDeviation": float(stats.median_abs_deviation(values)),
        }


def ranks(n, p, confidence):
    """Ranks by their definition, of every rank that there is."""
    tail = (1 - confidence) / 2
    all_ranks = np.arange(1, n + 1)
    low = all_ranks[stats.binom.cdf(all_ranks - 1, n, p) <= tail]
    high = all_ranks[stats.binom.sf(all_ranks - 1, n, p) <= tail]
    return (int(low[-1]) if low.size else None, int(high[0]) if high.size else None)


def check_by_quantile_test(n, p, confidence, expected):
    """SciPy's interval of a quantile is Conover's, too; it says NaN where there is no rank."""
    interval = stats.quantile_test(np.arange(1.0, n + 1), q=0.0, p=p).confidence_interval(confidence)
    for rank, bound in zip(expected, interval):
        assert (rank is None and math.isnan(bound)) or rank == bound, (n, p, confidence, expected, interval)


def order_statistics():
    sizes = [*range(1, 21), 50, 100, 367, 368, 500, 1000, 10_000, 1_000_000]
    for n, p, confidence in itertools.product(sizes, (0.01, 0.1, 0.5, 0.9, 0.95, 0.99), CONFIDENCES):
        found = ranks(n, p, confidence)
        if n <= 10_000:
            check_by_quantile_test(n, p, confidence, found)
        yield [n, p, confidence, *found]


def binomials():
    """In 60 digits."""
    mpmath.mp.dps = 60
    cases = [
        (n, p, k)
        for n, p in itertools.product((0, 1, 2, 3, 15, 16, 40, 200, 1000), (0.0, 0.01, 0.3, 0.5, 0.95, 1.0))
        for k in sorted({0, 1, n // 10, int(n * p), int(n * p) + 1, n - 1, n})
        if 0 <= k <= n
    ]
    cases += [(10**6, 0.5, k) for k in (490_000, 499_000, 500_000, 501_234)]
    cases += [(10**9, 0.1, k) for k in (99_950_000, 10**8, 100_012_346)]
    for n, p, k in cases:
        exact = mpmath.mpf(p)
        if n <= 1000:
            mass = mpmath.binomial(n, k) * exact**k * (1 - exact) ** (n - k)
            below = mpmath.fsum(mpmath.binomial(n, j) * exact**j * (1 - exact) ** (n - j) for j in range(k + 1))
            above = mpmath.fsum(mpmath.binomial(n, j) * exact**j * (1 - exact) ** (n - j) for j in range(k + 1, n + 1))
        else:
            ways = mpmath.loggamma(n + 1) - mpmath.loggamma(k + 1) - mpmath.loggamma(n - k + 1)
            mass = mpmath.exp(ways + k * mpmath.log(exact) + (n - k) * mpmath.log1p(-exact))
            # SciPy's incomplete beta function is good to some 12 digits here.
            below, above = stats.binom.cdf(k, n, p), stats.binom.sf(k, n, p)
        np.testing.assert_allclose(float(below), stats.binom.cdf(k, n, p), rtol=1e-9, atol=1e-300)
        log_mass = float(mpmath.log(mass)) if mass > 0 else None
        yield {"n": n, "p": p, "k": k, "logPmf": log_mass, "cdf": float(below), "survival": float(above)}


def binomial_quantiles():
    for n, p, q in itertools.product((1, 2, 10, 100, 12_346, 10**9), (0.01, 0.5, 0.9), (0.001, 0.025, 0.5, 0.975)):
        yield [q, n, p, int(stats.binom.ppf(q, n, p))]


def binomial_tests():
    for n, p in itertools.product((0, 1, 2, 5, 10, 100, 200, 5000), (0.05, 0.3, 0.5)):
        for k in sorted({0, 1, 2, 4, 9, n // 20, n // 4, n // 2, n // 2 + 1, n - 1, n}):
            if 0 <= k <= n:
                yield [k, n, p, 1.0 if n == 0 else float(stats.binomtest(k, n, p).pvalue)]


def wilson():
    for n in (1, 2, 9, 100, 1000, 50_000, 10**9):
        for k, confidence in itertools.product(sorted({0, 1, n // 3, n - 1, n}), CONFIDENCES):
            interval = stats.binomtest(k, n).proportion_ci(confidence, method="wilson")
            yield [k, n, confidence, float(interval.low), float(interval.high)]


def mcnemar():
    for this, other in [(0, 0), (1, 0), (5, 0), (0, 6), (3, 3), (10, 2), (25, 40), (400, 480)]:
        test = 1.0 if this + other == 0 else stats.binomtest(this, this + other, 0.5).pvalue
        yield [this, other, float(test)]


def continuous():
    return {
        "normalCdf": [[x, float(stats.norm.cdf(x))] for x in (-37, -10, -5, -3.001, -3, -1.96, -0.5, 0, 1e-9, 1, 2.9, 3.1, 8)],
        "normalQuantile": [
            [p, float(stats.norm.ppf(p))] for p in (1e-300, 1e-20, 1e-9, 0.001, 0.025, 0.0749, 0.4, 0.5, 0.6, 0.9, 0.975, 0.999999)
        ],
        "studentCritical": [
            [confidence, freedom, float(stats.t.ppf((1 + confidence) / 2, freedom))]
            for confidence in (0.5, 0.9, 0.95, 0.99, 0.999)
            for freedom in (1, 2, 3, 4, 5, 9, 10, 19, 100, 999, 10_000)
        ],
    }


def score_and_p(values):
    """Exact by SciPy without ties; with ties the normal distribution, corrected for continuity, with SciPy's score."""
    n = len(values)
    counts = [values.count(value) for value in set(values)]
    tau = stats.kendalltau(np.arange(n), values, method="exact" if max(counts) == 1 else "asymptotic").statistic
    pairs = n * (n - 1) / 2
    tied_pairs = sum(count * (count - 1) / 2 for count in counts)
    score = 0 if tied_pairs == pairs else round(float(tau) * math.sqrt(pairs * (pairs - tied_pairs)))
    if max(counts) == 1 and n <= 50:
        return score, float(stats.kendalltau(np.arange(n), values, method="exact").pvalue)
    variance = (n * (n - 1) * (2 * n + 5) - sum(c * (c - 1) * (2 * c + 5) for c in counts)) / 18
    if variance == 0:
        return score, 1.0
    return score, min(1.0, float(2 * stats.norm.sf(max(0, abs(score) - 1) / math.sqrt(variance))))


def sequences():
    cases = {
        "three": latencies(3, 1),
        "rising": [float(i) for i in range(10)],
        "falling": [float(-i) for i in range(7)],
        "ten": latencies(10, 2),
        "twenty-drifting": [x + i for i, x in enumerate(latencies(20, 3))],
        "fifty": latencies(50, 4),
        "fifty-one": latencies(51, 4),
        "tied": tied(30, 5),
        "tied-drifting": [i // 4 + x for i, x in enumerate(tied(24, 6))],
        "equal": [2.5] * 6,
    }
    for name, values in cases.items():
        score, p_value = score_and_p(values)
        centered = np.array(values) - np.mean(values)
        squares = float(np.sum(centered**2))
        yield {
            "name": name,
            "values": values,
            "score": score,
            "pValue": p_value,
            "lag1": None if squares == 0 else float(np.sum(centered[1:] * centered[:-1])) / squares,
            "ranks": stats.rankdata(values).tolist(),
        }


def mid_quantile(values, weights, p):
    """Linear between points (value, P(less) + P(equal)/2), values in order."""
    order = np.argsort(values, kind="stable")
    values, weights = np.asarray(values)[order], np.asarray(weights)[order]
    return float(np.interp(p, np.cumsum(weights) - weights / 2, values))


def enumerated_median(values):
    """Medians of all samples with replacement: of an even number, pairs of middle places are told apart."""
    n = len(values)
    counts = {}
    for draw in itertools.product(range(n), repeat=n):
        places = sorted(draw)
        middle = (places[(n - 1) // 2], places[n // 2])
        counts[middle] = counts.get(middle, 0) + 1
    ordered = sorted(values)
    medians = [(ordered[a] + ordered[b]) / 2 for a, b in counts]
    return medians, [count / n**n for count in counts.values()]


def tails(rounds, confidence):
    widened = stats.norm.ppf((1 - confidence) / 2) * math.sqrt(rounds / (rounds - 1))
    return stats.norm.cdf(widened), stats.norm.sf(widened)


def ratio_rounds(count, seed):
    """Odd and even numbers of samples by turns."""
    return [latencies(9 + r, seed + r) for r in range(count)]


def ratios():
    """Bootstrap by listing every draw there is."""
    for count in (2, 3, 4, 5, 6, 7):
        one, other = ratio_rounds(count, 20), ratio_rounds(count, 40)
        logs = [np.log(np.median(a)) - np.log(np.median(b)) for a, b in zip(one, other)]
        values, weights = enumerated_median(logs)
        attainable = 1 - 2 ** (1 - count)
        for confidence in CONFIDENCES:
            if attainable < confidence:
                low, high = min(logs), max(logs)
            else:
                low, high = (mid_quantile(values, weights, p) for p in tails(count, confidence))
            yield {
                "paired": True,
                "rounds": [count, count],
                "seeds": [20, 40],
                "asked": confidence,
                "ratio": {
                    "value": math.exp(np.median(logs)),
                    "low": math.exp(low),
                    "high": math.exp(high),
                    "confidence": min(attainable, confidence),
                },
            }
    for counts in ((1, 2), (3, 3), (4, 4), (5, 4), (4, 6), (6, 6), (2, 7)):
        one, other = ratio_rounds(counts[0], 60), ratio_rounds(counts[1], 80)
        logs = [[np.log(np.median(a)) for a in rounds] for rounds in (one, other)]
        (x, px), (y, py) = (enumerated_median(values) for values in logs)
        differences = np.subtract.outer(x, y).ravel()
        weights = np.multiply.outer(px, py).ravel()
        attainable = 1 - 2 / math.comb(sum(counts), counts[0])
        for confidence in CONFIDENCES:
            if attainable < confidence:
                low, high = min(differences), max(differences)
            else:
                low, high = (mid_quantile(differences, weights, p) for p in tails(min(counts), confidence))
            yield {
                "paired": False,
                "rounds": counts,
                "seeds": [60, 80],
                "asked": confidence,
                "ratio": {
                    "value": math.exp(np.median(logs[0]) - np.median(logs[1])),
                    "low": math.exp(low),
                    "high": math.exp(high),
                    "confidence": min(attainable, confidence),
                },
            }


def drawn_medians():
    """SciPy's own bootstrap of the median, which draws at random: shares of its draws up to some places."""
    for count in (8, 11, 20, 31):
        values = latencies(count, 100 + count)
        drawn = stats.bootstrap(
            (values,), np.median, n_resamples=100_000, method="percentile", vectorized=True, rng=np.random.default_rng(count)
        ).bootstrap_distribution
        places = np.quantile(values, np.linspace(0.05, 0.95, 13))
        yield {"values": values, "shares": [[float(x), float(np.mean(drawn <= x))] for x in places]}


def throughput():
    """The median over rounds, by listing every draw."""
    for rounds in (
        [(10, 1.0), (10, 1.1)],
        [(100, 2.0), (90, 2.1), (110, 2.2), (100, 1.9), (95, 2.0)],
        [(8, 0.25)] * 6,
        [(int(10 + x), x / 100) for x in latencies(7, 200)],
    ):
        logs = [math.log(inferences / seconds) for inferences, seconds in rounds]
        values, weights = enumerated_median(logs)
        attainable = 1 - 2 ** (1 - len(rounds))
        for confidence in CONFIDENCES:
            low, high = (
                (min(logs), max(logs))
                if attainable < confidence
                else (mid_quantile(values, weights, p) for p in tails(len(rounds), confidence))
            )
            yield {
                "rounds": rounds,
                "asked": confidence,
                "interval": {
                    "value": math.exp(np.median(logs)),
                    "low": math.exp(low),
                    "high": math.exp(high),
                    "confidence": min(attainable, confidence),
                },
            }


def percentile(values, parts, p, confidence):
    """Conover's ranks of as many samples as these are worth: Korn and Graubard's number, from shares of clusters."""
    quantile = np.quantile(values, p)
    groups = [np.array([v for v, part in zip(values, parts) if part == which]) for which in sorted(set(parts))]
    n, k = len(values), len(groups)
    sizes = np.array([len(group) for group in groups])
    shares = np.array([np.mean(group <= quantile) for group in groups])
    overall = np.sum(shares * sizes) / n
    variance = np.sum((sizes * (shares - overall)) ** 2) * k / (k - 1) / n**2
    design = variance / (p * (1 - p) / n)
    few = stats.t.ppf((1 + confidence) / 2, k - 1) / stats.norm.ppf((1 + confidence) / 2)
    worth = max(1, math.floor(n / max(1, design * few**2)))
    if None in ranks(n, p, confidence):
        return worth, None
    low, high = ranks(worth, p, confidence)
    ordered = sorted(values)
    covered = stats.binom.cdf((high or worth) - 1, worth, p) - stats.binom.cdf((low or 1) - 1, worth, p)
    return worth, {
        "value": float(quantile),
        "low": ordered[0 if low is None else (low - 1) * n // worth],
        "high": ordered[-1 if high is None else -(-high * n // worth) - 1],
        "confidence": float(covered) if None in (low, high) else confidence,
    }


def summaries():
    """Percentiles of samples in rounds, some of which are slower as a whole."""
    for count, rounds, disturbed in ((6, 2, 0), (60, 6, 0), (400, 10, 0), (500, 10, 3), (1000, 20, 2), (1000, 4, 1), (1000, 1, 0)):
        values = latencies(count, 300 + count)
        parts = rounds_of(count, rounds)
        values = [v * 1.3 if part < disturbed else v for v, part in zip(values, parts)]
        # With fewer than 5 rounds, 10 parts that follow each other.
        judged = parts if rounds >= 5 else [i for i in range(min(10, count)) for _ in range(i * count // min(10, count), (i + 1) * count // min(10, count))]
        for confidence in CONFIDENCES:
            yield {
                "count": count,
                "rounds": rounds,
                "disturbed": disturbed,
                "asked": confidence,
                "percentiles": [[p, *percentile(values, judged, p, confidence)] for p in (0.5, 0.9, 0.95, 0.99)],
            }


FILES = {
    "descriptive": lambda: list(descriptive()),
    "order-statistics": lambda: list(order_statistics()),
    "binomial": lambda: {
        "masses": list(binomials()),
        "quantiles": list(binomial_quantiles()),
        "tests": list(binomial_tests()),
        "wilson": list(wilson()),
        "mcnemar": list(mcnemar()),
    },
    "continuous": continuous,
    "sequences": lambda: list(sequences()),
    "ratios": lambda: {"exact": list(ratios()), "drawn": list(drawn_medians())},
    "throughput": lambda: list(throughput()),
    "summaries": lambda: list(summaries()),
}

if __name__ == "__main__":
    directory = pathlib.Path(sys.argv[1])
    for name, make in FILES.items():
        document = {"numpy": np.__version__, "scipy": scipy.__version__, "cases": make()}
        (directory / f"{name}.json").write_text(json.dumps(document, allow_nan=False) + "\n")
        print(f"{name}.json")
