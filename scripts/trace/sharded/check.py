#!/usr/bin/env python3
"""Whether records say what rows say: `check.py ROWS.json RECORDS.jsonl ...`. Of each record that has a row, bytes and moment; exits with 1 if one differs."""
import json, sys


def main():
    rows = {row["id"]: row for row in json.load(open(sys.argv[1]))}
    records = {}
    for path in sys.argv[2:]:
        for line in open(path):
            record = json.loads(line)
            records[record["id"]] = record["measured"]           # the last of each id
    known = [name for name in records if name in rows]
    differing = 0
    for name in known:
        got = records[name]
        moment = " ".join(it for it in (got["phase"], got["where"], got["op"]) if it)
        row = rows[name]
        if (got["bytes"], moment) != (row["bytes"], row["moment"]):
            differing += 1
            print(f"{name}: {got['bytes']} at {moment}, and the row says {row['bytes']} at {row['moment']}")
    print(f"{len(known)} of {len(records)} records have a row, {differing} differ")
    return 1 if differing or not known else 0


if __name__ == "__main__":
    sys.exit(main())
