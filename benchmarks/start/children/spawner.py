"""Runs programs and measures them from outside: answers each line of JSON with another.

    {"command": [program, argument...], "until": text that it prints, or nothing}
    {"output": what it printed, "untilNs": when that text, or a line, was there, "exitNs": when the process had ended,
     "cpuNs": processor time of all its threads, "peakBytes": most memory that was resident, "status": how it ended}

A small process of its own, because Linux counts the memory of whoever starts a program as the program's, and because Node.js does not
say what a child has used.
"""

import json
import os
import sys
import time

READ, WRITE = 0, 1
# With NODE_EXTRA_CA_CERTS, for one, Node.js reads every certificate of the system when it starts.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("NODE_")}


def run(command: list[str], until: str) -> dict:
    output = os.pipe()
    silence = os.open(os.devnull, os.O_RDWR)
    actions = [
        (os.POSIX_SPAWN_DUP2, silence, 0),
        (os.POSIX_SPAWN_DUP2, output[WRITE], 1),
        (os.POSIX_SPAWN_DUP2, silence, 2),
    ]
    begin = time.monotonic_ns()
    child = os.posix_spawnp(command[0], command, ENVIRONMENT, file_actions=actions)
    os.close(output[WRITE])
    os.close(silence)
    text, until_ns = b"", None
    while part := os.read(output[READ], 65536):
        text += part
        if until_ns is None and until.encode() in text:
            until_ns = time.monotonic_ns() - begin
    _, status, usage = os.wait4(child, 0)
    exit_ns = time.monotonic_ns() - begin
    os.close(output[READ])
    return {
        "output": text.decode(),
        "untilNs": exit_ns if until_ns is None else until_ns,
        "exitNs": exit_ns,
        "cpuNs": round((usage.ru_utime + usage.ru_stime) * 1e9),
        "peakBytes": usage.ru_maxrss * 1024,
        "status": os.waitstatus_to_exitcode(status),
    }


for request in sys.stdin:
    print(json.dumps(run(**json.loads(request))), flush=True)
