"""Where records go, and which cases have one. It does not know what a record says."""
import gzip, json, os, traceback


class AllBut:
    """As ids that need not be run: all but one."""

    def __init__(self, case):
        self.case = case

    def __contains__(self, case):
        return case != self.case


class Asked:
    """As ids that need not be run: all of them, which it remembers, so that a group names its cases and runs none."""

    def __init__(self):
        self.cases = []

    def __contains__(self, case):
        self.cases.append(case)
        return True


class Records:
    """Parts of the output folder: one JSON object a line, a file for each group; what is there already is not run again."""

    def __init__(self):
        self.folder = None
        self.known = set()
        self.allocator = False   # simulate the allocator
        self.keep_events = None  # folder for the events it was fed with
        self.events = None
        self.only = None         # ids that are not run instead of those with a record

    def open(self, folder, known=(), allocator=False, keep_events=None, only=None):
        self.folder, self.known, self.only = folder, set(known), only and AllBut(only)
        self.allocator, self.keep_events = allocator or bool(keep_events), keep_events
        os.makedirs(folder, exist_ok=True)

    def done(self, group):
        """The ids that need not be run."""
        return self.recorded(group) if self.only is None else self.only

    def recorded(self, group):
        path = os.path.join(self.folder, group + ".jsonl")
        return self.known | ({json.loads(line)["id"] for line in open(path)} if os.path.exists(path) else set())

    def emit(self, group, record):
        with open(os.path.join(self.folder, group + ".jsonl"), "a") as file:
            file.write(json.dumps(record) + "\n")
        if self.keep_events and self.events:
            os.makedirs(self.keep_events, exist_ok=True)
            with gzip.open(os.path.join(self.keep_events, record["id"].replace("/", "__") + ".json.gz"), "wt", 1) as file:
                json.dump(self.events, file)
        self.events = None

    def fail(self, group, case, error):
        with open(os.path.join(self.folder, "failed.txt"), "a") as file:
            file.write(f"{group} {case}: {type(error).__name__}: {str(error)[:300]}\n")
        print("FAILED", case, type(error).__name__, str(error)[:200], flush=True)
        if os.environ.get("TRACEBACK"):
            traceback.print_exception(error)


RECORDS = Records()


def cases_of(group):
    """The ids of a group's cases, in their order."""
    before, RECORDS.only = RECORDS.only, Asked()
    try:
        group()
        return RECORDS.only.cases
    finally:
        RECORDS.only = before
