"""Faults of process and machine (section A of the matrix), each on the real protocol in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from include.settings import REPOSITORY
from tests.faults.able import needs
from tests.faults.ground import Ground, tmpfs

deep = pytest.mark.deep


def strace(*injected: str) -> list[str]:
    return [
        "strace",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        *(part for one in injected for part in ("-e", f"inject={one}")),
    ]


@deep
@needs("strace")
@pytest.mark.parametrize("when", [2, *(pytest.param(n, marks=deep) for n in (1, 3, 5, 8, 13, 21, 24))])
def test_killed_at_a_rename(ground: Ground, when: int) -> None:
    done = ground.drive(strace(f"rename,renameat,renameat2:signal=KILL:when={when}"))
    assert done.returncode in (0, -signal.SIGKILL, 128 + signal.SIGKILL)
    ground.must_hold()
    ground.must_recover()


@deep
@needs("strace")
@pytest.mark.parametrize("call", ["fsync", "pwrite64"])
@pytest.mark.parametrize("when", [1, 7, 20, 40, 60])
def test_killed_at_a_flush_or_write(ground: Ground, call: str, when: int) -> None:
    ground.drive(strace(f"{call}:signal=KILL:when={when}"))
    ground.must_hold()
    ground.must_recover()


# strace counts the calls of each thread for itself: files are written by two beside the main one
ERRORS = [
    ("rename,renameat,renameat2:error=EIO:when={}", (1, 6, 16, 22)),
    ("fsync,fdatasync:error=EIO:when={}+", (1, 30, 40)),
    ("write,pwrite64:error=ENOSPC:when={}", (9, 30, 60, 90)),
    ("openat:error=EMFILE:when={}", (900, 1200)),
]


@deep
@needs("strace")
@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(rule.format(when), marks=() if (rule, when) == ERRORS[1][:1] + (30,) else deep)
        for rule, whens in ERRORS
        for when in whens
    ],
)
def test_a_call_that_fails(ground: Ground, rule: str) -> None:
    """The run stops with a named exit code, the old version stays, and the next run does the work."""
    done = ground.drive(strace(rule))
    assert done.returncode in (0, 1, 70, 74), done.stderr
    if ":when=" in rule and rule.endswith("+"):
        assert done.returncode != 0, "a flush that failed was taken for one that worked"
        assert ground.in_force == ground.base.old
    ground.must_hold()
    ground.must_recover()


@pytest.mark.slow
@needs("strace")
def test_everything_is_flushed_before_it_gets_its_name(ground: Ground, tmp_path: Path) -> None:
    """From a trace: write, fsync(file), rename, fsync(directory), for every name given in the data directory."""
    log = tmp_path / "trace"
    calls = "trace=openat,fsync,fdatasync,rename,renameat,renameat2,symlink,symlinkat"
    done = ground.drive(["strace", "-f", "-y", "-qq", "-o", str(log), "-e", calls])
    assert done.returncode == 0, done.stderr
    assert unflushed(log.read_text(errors="replace"), str(ground.data)) == []


def unflushed(trace: str, data: str) -> list[str]:
    """Return the renames of a trace whose file was not flushed before, or whose folder was not flushed after."""
    lines = [line for line in trace.splitlines() if data in line and " = -1 " not in line]
    flushed = {number: path for number, line in enumerate(lines) if (path := _flushed(line))}
    found = []
    for number, line in enumerate(lines):
        if not line.split()[1].startswith("rename"):
            continue
        source, target = [part for part in line.split('"')[1::2] if part][:2]
        is_link, scratch = ".current." in source, (".retired-", "/" + "work/.ingest")
        if any(part in target for part in scratch):
            continue  # on its way out: nobody relies on it
        before = {path for n, path in flushed.items() if n < number}
        after = {path for n, path in flushed.items() if n > number}
        if not is_link and not any(path == source or path.startswith(f"{source}/") for path in before):
            found.append(f"{target}: not flushed before it got its name")
        if str(Path(target).parent) not in after:
            found.append(f"{target}: its folder was not flushed after")
    return found


def _flushed(line: str) -> str:
    call = line.split()[1]
    return line.split("<", 1)[1].split(">", 1)[0] if call.startswith(("fsync", "fdatasync")) else ""


@deep
@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=deep)])
def test_told_to_stop(ground: Ground, number: signal.Signals) -> None:
    paths = [str(path) for path in (ground.data, ground.base.landing, ground.base.build)]
    run = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.drive", *paths], cwd=REPOSITORY, stderr=subprocess.DEVNULL
    )
    incoming = ground.data / "landing" / ".incoming"
    while run.poll() is None and not any(incoming.glob("*")):
        time.sleep(0.002)
    for _ in range(2):
        run.send_signal(number)
    assert run.wait(30) != 75
    ground.must_hold()
    ground.must_recover()


@deep
def test_a_child_dies_with_its_parent(tmp_path: Path) -> None:
    """A run that is killed leaves no build behind that writes on without the lock."""
    told = tmp_path / "pid"
    child = f"import os, time; open({str(told)!r}, 'w').write(str(os.getpid())); time.sleep(120)"
    parent = (
        "import subprocess, sys; from include.children import die_with_parent; "
        "subprocess.run([sys.executable, '-c', sys.argv[1]], preexec_fn=die_with_parent)"
    )
    run = subprocess.Popen([sys.executable, "-c", parent, child], cwd=REPOSITORY)
    while not told.exists() or not told.read_text():
        time.sleep(0.01)
    run.kill()
    run.wait()
    state = Path(f"/proc/{told.read_text()}/stat")
    end = time.monotonic() + 30
    while state.exists() and state.read_text().split()[2] != "Z" and time.monotonic() < end:
        time.sleep(0.01)
    assert not state.exists() or state.read_text().split()[2] == "Z"


@pytest.mark.slow
def test_twenty_starts_at_once(ground: Ground) -> None:
    codes = json.loads(ground.drive(starts=20).stdout.splitlines()[-1])
    assert len(codes) == 20
    assert set(codes) <= {0, 75}
    assert 0 in codes
    assert 75 in codes
    ground.must_hold((ground.base.new,))
    ground.must_recover()


@deep
@pytest.mark.parametrize("text", ["", "999999999", f"{os.getppid()}\n"])
def test_a_lock_file_that_nobody_holds(ground: Ground, text: str) -> None:
    """The lock is a flock: neither a file left behind nor the number of a process that lives means anything."""
    (ground.data / "state" / "run.lock").write_text(text)
    ground.must_recover()


SPARE_KB = (0, 40, 100, 400, 800, 1_600, 2_400)


@deep
@needs("tmpfs")
@pytest.mark.parametrize(
    "spare_kb", [200, *(pytest.param(kb, marks=deep) for kb in (0, 40, 100, 400, 800, 1600, 2400))]
)
def test_the_disk_fills_up(base_of_faults: object, tmp_path: Path, spare_kb: int) -> None:
    with tmpfs(tmp_path / "disk", "size=64m") as again:
        ground = Ground(base_of_faults, tmp_path / "disk" / "data")  # type: ignore[arg-type]
        used = sum(path.lstat().st_blocks for path in ground.data.rglob("*")) * 512 // 1024
        again(f"size={used + spare_kb}k")
        done = ground.drive()
        assert done.returncode in (0, 1, 70, 73, 74), done.stderr
        ground.must_hold()
        again("size=64m")
        ground.must_recover()


@deep
@needs("tmpfs")
def test_no_room_for_files(base_of_faults: object, tmp_path: Path) -> None:
    with tmpfs(tmp_path / "disk", "size=64m", "nr_inodes=4000") as again:
        ground = Ground(base_of_faults, tmp_path / "disk" / "data")  # type: ignore[arg-type]
        again(f"nr_inodes={len(list(ground.data.rglob('*'))) + 12}")
        assert ground.drive().returncode != 0
        ground.must_hold((ground.base.old,))
        again("nr_inodes=4000")
        ground.must_recover()


@deep
@needs("tmpfs")
def test_no_work_without_an_audit_log(ground: Ground, tmp_path: Path) -> None:
    """Ledger and audit log on a disk of their own that is full: nothing is applied, nothing published."""
    state = {path.name: path.read_bytes() for path in (ground.data / "state").iterdir() if path.is_file()}
    with tmpfs(ground.data / "state", "size=128k") as again:
        for name, content in state.items():
            (ground.data / "state" / name).write_bytes(content)
        filled = ground.data / "state" / "filler"
        with filled.open("wb", buffering=0) as stream:
            try:
                while stream.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        assert ground.drive().returncode in (70, 74)
        ground.must_hold((ground.base.old,))
        again("size=8m")
        filled.unlink()
        ground.must_recover()


@deep
@needs("tmpfs")
def test_a_release_is_not_moved_across_file_systems(ground: Ground) -> None:
    with tmpfs(ground.data / "published", "size=16m"):
        done = ground.drive()
        assert done.returncode == 74
        assert "different file systems" in done.stderr
    ground.must_recover()


# so little memory that the work does not fit; with less the libraries themselves cannot be loaded
LIMITS = {"file size": "--fsize=300000", "open files": "--nofile=64", "memory": f"--as={800 * 2**20}"}


@deep
@pytest.mark.parametrize(
    "kind", ["file size", *(pytest.param(kind, marks=deep) for kind in ("open files", "memory"))]
)
def test_limits_of_the_process(ground: Ground, kind: str) -> None:
    done = ground.drive(["prlimit", LIMITS[kind]])
    assert done.returncode in (0, 1, 70, 74, -signal.SIGXFSZ), done.stderr
    ground.must_hold()
    ground.must_recover()


@deep
@needs("root")
def test_a_data_directory_that_must_not_be_written(ground: Ground) -> None:
    done = ground.drive(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
    assert done.returncode != 0
    ground.must_hold((ground.base.old,))
    ground.must_recover()


ELSEWHERE = {
    "no network": ["unshare", "-n"],
    "yesterday": ["faketime", "-f", "-1d"],
    "in ten years": ["faketime", "-f", "+3650d"],
    "Tokyo": ["env", "TZ=Asia/Tokyo"],
    "Turkish": ["env", "LC_ALL=tr_TR.UTF-8", "LANG=tr_TR.UTF-8"],
    "C": ["env", "LC_ALL=C", "PYTHONUTF8=0", "PYTHONCOERCECLOCALE=0"],
    "other hashes": ["env", "PYTHONHASHSEED=4711"],
    "umask 000": ["bash", "-c", 'umask 000; exec "$@"', "-"],
}


@deep
@pytest.mark.parametrize(
    "where", [w if w in ("no network", "C") else pytest.param(w, marks=deep) for w in ELSEWHERE]
)
def test_the_same_wherever_it_runs(ground: Ground, where: str) -> None:
    from tests.faults import protocol
    from tests.faults.able import can

    tool = ELSEWHERE[where][0]
    if tool in ("unshare", "faketime") and not can(tool):
        pytest.skip(f"NOT TRIED HERE: needs {tool}")
    done = ground.drive(ELSEWHERE[where])
    assert done.returncode == 0, done.stderr
    assert protocol.lasting(ground.settings) == ground.base.wanted
    ground.must_hold((ground.base.new,))
