"""How long callers waited for the writer: reads `strace -f -ttt -T -e trace=flock,fdatasync,fsync`, prints the longest wait for a
lock, the longest once the syncs that others did in it are taken off (the disk's own share), and how many waited: ms ms count."""
import re
import sys

LINE = re.compile(r"(\d+) +(\d+\.\d+) (?:<\.\.\. )?(flock|fdatasync|fsync)(?:\(| resumed)")
begun, waits, syncs = {}, [], []
for line in open(sys.argv[1]):
    found = LINE.match(line)
    if not found:
        continue
    pid, at, call = found[1], float(found[2]), found[3]
    if "resumed" not in line:
        begun[pid] = at
        if call == "flock" and "LOCK_NB" in line:
            continue
    if "<unfinished" in line:
        continue
    took = re.search(r"<(\d+\.\d+)>$", line)
    if took is None:
        continue
    span = (begun[pid], begun[pid] + float(took[1]))
    (waits if call == "flock" else syncs).append(span)
if not waits:
    sys.exit("nobody waited")
beyond = [b - a - sum(max(0.0, min(b, d) - max(a, c)) for c, d in syncs) for a, b in waits]
print("%.1f %.1f %d" % (max(b - a for a, b in waits) * 1e3, max(beyond) * 1e3, len(waits)))
