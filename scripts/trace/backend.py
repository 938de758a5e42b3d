"""What workloads run on, chosen once, when this module is first imported: fake tensors (tracker.py), or the device that the
environment variable TRACE_DEVICE names (device.py), which `run.py --device` sets. Both have the same names. Only tracker.py
imitates a GPU's environment, and a process on a real device never imports it."""
import os

DEVICE = os.environ.get("TRACE_DEVICE", "fake")

if DEVICE == "fake":
    from tracker import RECORDS, SDPA_LOG, Session, make_opt, measured, next_part, reserved, start_log, train_step  # noqa: F401
else:
    from device import RECORDS, SDPA_LOG, Session, make_opt, measured, next_part, reserved, start_log, train_step  # noqa: F401
