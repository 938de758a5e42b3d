"""PyTorch's caching allocator for CUDA (native backend) on paper: which blocks and segments a sequence of allocations and frees
would make, with default settings or with expandable segments. Without a limit nothing is ever given back to the device, as in a
run that never comes near running out."""
from bisect import bisect_left, insort
from collections import defaultdict

KIB, MIB = 2**10, 2**20
BLOCK = 512              # sizes are multiples of this
SMALL = MIB              # up to this size a request goes to the small pool
SMALL_SEGMENT = 2 * MIB
MIDDLE_SEGMENT = 20 * MIB
OWN_SEGMENT = 10 * MIB   # from this size a new segment is as large as the request needs
SEGMENT_STEP = 2 * MIB


def up(n, step):
    return -(-n // step) * step


class Block:
    """A piece of a segment, with its neighbours in the segment."""
    __slots__ = ("size", "address", "before", "after", "free", "pool")

    def __init__(self, size, address, pool):
        self.size, self.address, self.pool = size, address, pool
        self.before = self.after = None
        self.free = False


class OutOfMemory(Exception):
    pass


class Allocator:
    def __init__(self, limit=None, expandable=False):
        self.limit = limit                  # bytes the device has for segments
        self.expandable = expandable        # one segment a pool, which grows at its end (`expandable_segments:True`)
        self.last = {}                      # pool -> the block at the end of its segment
        self.pools = defaultdict(list)      # (stream, small?) -> free blocks as (size, address), sorted
        self.at = {}                        # address -> free block
        self.end = 0                        # new segments are taken to lie above all older ones
        self.reserved = self.allocated = self.allocated_peak = 0

    def _add(self, block):
        block.free = True
        insort(self.pools[block.pool], (block.size, block.address))
        self.at[block.address] = block

    def _take(self, block):
        pool = self.pools[block.pool]
        del pool[bisect_left(pool, (block.size, block.address))]
        del self.at[block.address]
        block.free = False

    def _ends_at(self, former, block):
        """A block has taken in another, with which a segment may have ended."""
        if self.last.get(block.pool) is former:
            self.last[block.pool] = block

    def _release(self):
        """Give back every segment that is free as a whole, as PyTorch does when the device has no more."""
        for block in list(self.at.values()):
            if block.before is None and block.after is None:
                self._take(block)
                self.reserved -= block.size

    def _expand(self, size, key):
        """A block at the end of the pool's one segment: what is free there, and as many pages more as it needs
        (`try_allocate_expandable_block`)."""
        small = key[1]
        last = self.last.get(key)
        have = last.size if last and last.free else 0
        more = up(size - have, SMALL_SEGMENT if small else MIDDLE_SEGMENT)
        if self.limit is not None and self.reserved + more > self.limit:
            raise OutOfMemory  # pages within the segment, which PyTorch would give back first, are not followed
        self.reserved += more
        if have:
            self._take(last)
            last.size += more
            return last
        # Each pool's segment has addresses of its own: they never meet.
        start = last.address + last.size if last else 2**60 * len(self.last)
        block = Block(more, start, key)
        block.before = last
        if last:
            last.after = block
        self.last[key] = block
        return block

    def malloc(self, n, stream=None):
        """A block for n bytes on a stream, whose freed blocks no other stream gets; none for no bytes."""
        if n == 0:
            return None
        size = up(n, BLOCK)
        small = size <= SMALL
        key = (stream, small)
        pool = self.pools[key]
        i = bisect_left(pool, (size, -1))  # the smallest that is large enough; of equals the lowest address
        if i < len(pool):
            block = self.at[pool[i][1]]
            self._take(block)
        elif self.expandable:
            block = self._expand(size, key)
        else:
            segment = SMALL_SEGMENT if small else MIDDLE_SEGMENT if size < OWN_SEGMENT else up(size, SEGMENT_STEP)
            if self.limit is not None and self.reserved + segment > self.limit:
                self._release()
                if self.reserved + segment > self.limit:
                    raise OutOfMemory
            block = Block(segment, self.end, key)
            self.end += segment
            self.reserved += segment
        rest = block.size - size
        if rest >= BLOCK if small or self.expandable else rest > SMALL:
            tail = Block(rest, block.address + size, key)
            tail.before, tail.after = block, block.after
            if tail.after:
                tail.after.before = tail
            block.after, block.size = tail, size
            if self.last.get(key) is block:
                self.last[key] = tail
            self._add(tail)
        self.allocated += block.size
        self.allocated_peak = max(self.allocated_peak, self.allocated)
        return block

    def free(self, block):
        if block is None:
            return
        self.allocated -= block.size
        low, high = block.before, block.after
        if low and low.free:
            self._take(low)
            low.size += block.size
            low.after = high
            if high:
                high.before = low
            self._ends_at(block, low)
            block = low
        if high and high.free:
            self._take(high)
            block.size += high.size
            block.after = high.after
            if block.after:
                block.after.before = block
            self._ends_at(high, block)
        self._add(block)


class Run:
    """An allocator fed with a tracker's events: (id, bytes) or (id, bytes, stream) for an allocation, (id, None) for the end of it."""

    def __init__(self, limit=None, expandable=False):
        self.allocator = Allocator(limit, expandable)
        self.live = {}

    def feed(self, events):
        for key, n, *stream in events:
            if n is None:
                if key in self.live:  # what began before the recorded part is not known here
                    self.allocator.free(self.live.pop(key))
            else:
                block = self.allocator.malloc(n, *stream)
                if key in self.live:  # a repeated step makes anew what the step before left behind
                    self.allocator.free(self.live[key])
                self.live[key] = block


def history(parts, repeat=4, limit=None, expandable=False):
    """What a process has reserved after loading and after each step.

    parts: lists of events. `load`: parameters and buffers; `inputs`: a batch; `step`: the steady step up to the optimizer;
    `first_step`: the first, if gradients outlive it; `first_optimizer`: the optimizer's first step, which makes its state;
    `optimizer`: a later one; `end`: gradients set to none.
    The first step meets the activations of the full batch before the optimizer's state exists, as in a real run."""
    run = Run(limit, expandable)
    run.feed(parts["load"])
    by_step = [run.allocator.reserved]
    for i in range(1 + repeat):
        run.feed(parts["inputs"])  # the new batch comes before the old one goes
        run.feed(parts.get("first_step", parts["step"]) if i == 0 else parts["step"])
        run.feed(parts["first_optimizer" if i == 0 else "optimizer"])
        run.feed(parts["end"])
        by_step.append(run.allocator.reserved)
    return {"reserved_peak": run.allocator.reserved, "allocated_rounded_peak": run.allocator.allocated_peak, "reserved_by_step": by_step}


def least_limit(parts, precision=2**-7):
    """About the smallest limit that the process runs under: it is slower there, as segments are given back and made anew."""
    free = history(parts)
    low, high = free["allocated_rounded_peak"] - 1, free["reserved_peak"]  # low is too little, high is enough
    while high - low > precision * high:
        middle = (low + high) // 2
        try:
            history(parts, 2, middle)
            high = middle
        except OutOfMemory:
            low = middle
    return high
