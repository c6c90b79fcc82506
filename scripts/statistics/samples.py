"""Samples that Python and TypeScript make alike: `packages/bench/test/statistics/golden-samples.ts` does the same."""


def uniform(count, seed):
    """From 0 to below 1, by the linear congruential generator of Numerical Recipes."""
    state = seed
    for _ in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        yield state / 2**32


def latencies(count, seed):
    """Between 10 and 20 ms with a tail up to 1000: only operations that IEEE 754 rounds the same everywhere."""
    return [10.0 / (1.0 - 0.5 * u) + (0.1 / (1.0001 - u) if u > 0.9 else 0.0) for u in uniform(count, seed)]


def tied(count, seed):
    return [int(u * 5) / 10 for u in uniform(count, seed)]


def scaled(count, seed, factor):
    return [u * factor for u in uniform(count, seed)]


def shifted(count, seed, offset):
    return [offset + u for u in uniform(count, seed)]


def rounds_of(count, rounds):
    """Of each sample its round: equal parts that follow each other."""
    return [index * rounds // count for index in range(count)]


SAMPLES = {
    "one": [5.0],
    "zero": [0.0],
    "two": [7.0, 5.0],
    "zeros": [0.0, 0.0, 0.0],
    "equal": [3.3] * 12,
    "three": latencies(3, 3),
    "ten": latencies(10, 10),
    "hundred-less-one": latencies(99, 99),
    "hundred": latencies(100, 100),
    "five-hundred-less-one": latencies(499, 499),
    "five-hundred": latencies(500, 500),
    "thousand": latencies(1000, 1000),
    "ten-thousand": latencies(10_000, 10_000),
    "tied": tied(1000, 5),
    "huge": scaled(300, 6, 1e308),
    "largest": [1.7e308, 1.79e308, 1.7e308],
    "smallest": scaled(300, 7, 1e-310),
    "far-from-zero": shifted(1000, 8, 1e9),
}
