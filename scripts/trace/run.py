#!/usr/bin/env python3
"""Run groups of cases: `run.py [--device cuda] [--out FOLDER] [--without ROWS.json] GROUP ...` (see README.md).

Records go to FOLDER/GROUP.jsonl, cases that fail to FOLDER/failed.txt. What has a record there is not run again. On a real device
each case has a process of its own, so that nothing that one leaves reserved is met by the next."""
import argparse, json, os, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
MINUTES = 5  # of one case on a real device


def parser():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("groups", nargs="*", metavar="GROUP", help="fake tensors: all of trace_groups.py if none is named; a device: device_small")
    arguments.add_argument("--device", choices=("fake", "cuda"), default="fake", help="fake tensors (no GPU), or the first visible GPU")
    arguments.add_argument("--out", help="folder of the records (target/trace, target/trace_device)")
    arguments.add_argument("--without", action="append", default=[], metavar="ROWS", help="rows whose ids are not run again (may be given twice)")
    arguments.add_argument("--allocator", action="store_true", help="fake tensors: also simulate PyTorch's caching allocator")
    arguments.add_argument("--events", metavar="FOLDER", help="with --allocator, and keep there what the simulation was fed with")
    arguments.add_argument("--only", metavar="ID", help="the one case to run, in this process")
    return arguments


def each_in_its_process(name, group, records, options):
    """Run what has no record. The number of cases that gave none."""
    from records import cases_of
    missing = 0
    done = records.recorded(name)
    todo = [case for case in cases_of(group) if case not in done]
    for at, case in enumerate(todo):
        print(f"-- {at + 1} of {len(todo)}: {case}", flush=True)
        command = [sys.executable, os.path.abspath(__file__), "--device", options.device, "--out", options.out, "--only", case, name]
        try:
            subprocess.run(command, timeout=60 * MINUTES, check=True)
        except (subprocess.SubprocessError, OSError) as error:
            records.fail(name, case, error)
        missing += case not in records.recorded(name)
    return missing


def main():
    options = parser().parse_args()
    if options.device != "fake" and (options.allocator or options.events):
        sys.exit("a real device has a real allocator: --allocator and --events are for fake tensors")
    os.environ["TRACE_DEVICE"] = options.device  # what backend.py chooses by
    options.out = options.out or os.path.join(HERE, "..", "..", "target", "trace" if options.device == "fake" else "trace_device")
    if options.device == "cuda" and not options.only:
        # Asked in a process of its own: this one must not hold a context on the card that is measured.
        found = subprocess.run([sys.executable, "-c", "import sys, torch; sys.exit(not torch.cuda.is_available())"])
        if found.returncode:
            sys.exit("torch finds no GPU")
    import device_groups
    import trace_groups
    from records import RECORDS
    groups = {**trace_groups.GROUPS, **device_groups.GROUPS}
    known = {row["id"] for path in options.without for row in json.load(open(path))}
    RECORDS.open(options.out, known, options.allocator, options.events, options.only)
    missing = 0
    for name in options.groups or (trace_groups.GROUPS if options.device == "fake" else device_groups.GROUPS):
        try:
            if options.device == "fake" or options.only:
                groups[name]()
            else:
                missing += each_in_its_process(name, groups[name], RECORDS, options)
        except Exception as error:
            RECORDS.fail(name, "(the group)", error)
            missing += 1
    if options.device != "fake" and missing:
        sys.exit(f"{missing} without a record; see failed.txt in {options.out}")


if __name__ == "__main__":
    main()
