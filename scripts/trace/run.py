#!/usr/bin/env python3
"""Run groups of cases: `run.py [--out FOLDER] [--without ROWS.json] GROUP ...` (see README.md).

Records go to FOLDER/GROUP.jsonl, cases that fail to FOLDER/failed.txt. What has a record there is not run again."""
import argparse, json, os
import trace_groups
from tracker import RECORDS

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("groups", nargs="*", metavar="GROUP", help="all of them if none is named: " + " ".join(trace_groups.GROUPS))
    arguments.add_argument("--out", default=os.path.join(HERE, "..", "..", "target", "trace"), help="folder of the records (target/trace)")
    arguments.add_argument("--without", action="append", default=[], metavar="ROWS", help="rows whose ids are not run again (may be given twice)")
    arguments.add_argument("--allocator", action="store_true", help="also simulate PyTorch's caching allocator")
    arguments.add_argument("--events", metavar="FOLDER", help="with --allocator, and keep there what the simulation was fed with")
    options = arguments.parse_args()
    RECORDS.open(options.out, {row["id"] for path in options.without for row in json.load(open(path))},
                 options.allocator, options.events)
    for name in options.groups or trace_groups.GROUPS:
        try:
            trace_groups.GROUPS[name]()
        except Exception as error:
            RECORDS.fail(name, "(the group)", error)


if __name__ == "__main__":
    main()
