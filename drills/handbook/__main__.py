"""Run as a program where the desk's network is: one visit; what is known comes and goes as a line of JSON."""

import json
import sys

from drills.handbook.visits import VISITS

if __name__ == "__main__":
    sys.stdout.write(f"{json.dumps(VISITS[sys.argv[1]](json.loads(sys.stdin.readline())))}\n")
