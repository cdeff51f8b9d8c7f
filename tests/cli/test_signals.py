"""Signals end the program with one line, whenever they come."""

from __future__ import annotations

import inspect
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Iterator

import pytest

from ideep_scan.cli.commands import app
from ideep_scan.cli.signals import _RESUMABLE, StopHandler
from ideep_scan.errors import Stopped
from ideep_scan.process import STOP_SIGNALS

SETUP = "import sys, signal, os; from ideep_scan.cli.signals import StopHandler; s = StopHandler(); s.listen()\n"


@pytest.fixture
def stopping() -> Iterator[StopHandler]:
    handlers = {number: signal.getsignal(number) for number in (*STOP_SIGNALS, signal.SIGALRM)}
    stopping = StopHandler()
    stopping.listen()
    yield stopping
    stopping.end()
    for number, handler in handlers.items():
        signal.signal(number, handler)


def stopped_by(work: Callable[[], object], stopping: StopHandler) -> Stopped:
    """Return the exception that ends some work, and stop the timer that would raise it again within pytest."""
    try:
        work()
    except Stopped as stopped:
        stopping.end()
        return stopped
    raise AssertionError("it was not stopped")


def wait() -> None:
    for _ in range(200):
        time.sleep(0.01)


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_a_signal_raises(number: signal.Signals, stopping: StopHandler) -> None:
    assert stopped_by(lambda: signal.raise_signal(number), stopping).number == number


def test_further_signals_do_not_disturb_the_unwinding(stopping: StopHandler) -> None:
    cleaned = []

    def work() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            for number in STOP_SIGNALS:
                signal.raise_signal(number)
            time.sleep(0.15)  # the timer fires as well
            cleaned.append(True)

    assert stopped_by(work, stopping).number == signal.SIGTERM
    assert cleaned == [True]


def test_an_exception_that_is_lost_is_raised_again(stopping: StopHandler, monkeypatch: pytest.MonkeyPatch) -> None:
    class Thing:
        pass

    lost: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda report: lost.append(report.exc_value))
    thing = Thing()
    reference = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGINT))
    things = [thing]
    del thing
    stopped_by(lambda: drop_and_wait(things), stopping)
    assert reference() is None
    assert isinstance(lost[0], Stopped)


def drop_and_wait(things: list[object]) -> None:
    things.clear()
    wait()


def test_a_signal_within_an_import_waits_for_its_end(
    stopping: StopHandler, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("module")
    (folder / "slow_module_of_a_test.py").write_text(
        "import signal, time\nsignal.raise_signal(signal.SIGINT)\ntime.sleep(0.1)\nwhole = True\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    stopped_by(import_and_wait, stopping)
    assert sys.modules.pop("slow_module_of_a_test").whole


def import_and_wait() -> None:
    __import__("slow_module_of_a_test")
    wait()


def test_what_a_shell_ignores_stays_ignored() -> None:
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + SETUP
    code += "signal.raise_signal(signal.SIGINT); print('deaf')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "deaf\n")


def test_a_signal_after_the_end_adds_nothing() -> None:
    code = SETUP + "s.end()\nfor n in (2, 15, 1, 14): os.kill(os.getpid(), n)\nprint('done')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_while_the_commands_are_loaded(number: int, code: int) -> None:
    program = "import sys, signal, builtins\nfrom ideep_scan.cli.app import main\nload = builtins.__import__\n"
    program += "def loading(name, *rest):\n    module = load(name, *rest)\n"
    program += f"    if name == 'rich.console': signal.raise_signal({int(number)})\n    return module\n"
    program += "builtins.__import__ = loading\nsys.argv = ['ideep-scan', '--version']\nmain()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stderr == "ideep-scan: stopped; nothing half-finished is left\n"


BUSY = "import hashlib\ndef compute(): hashlib.pbkdf2_hmac('sha1', b'', b'', 2**31 - 1)\n"  # without Python's lock


def program(body: str) -> subprocess.CompletedProcess[str]:
    """Run a program that a signal ends; it would compute for an hour otherwise."""
    return subprocess.run([sys.executable, "-c", SETUP + BUSY + body], capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(("command", "goes_on"), [("genome", "goes on (--resume) or "), ("train", "")])
def test_a_process_whose_main_thread_computes_is_ended_by_another_thread(command: str, goes_on: str) -> None:
    done = program(
        f"import sys\nsys.argv = ['ideep-scan', '{command}']\n"
        "import threading\nfrom ideep_scan.cli import signals\nsignals._PATIENCE = 0.05\n"
        "threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()\ncompute()"
    )
    assert done.returncode == 143
    assert done.stderr == f"ideep-scan: stopped; the next run in the same folder {goes_on}removes what is left\n"


def test_only_commands_with_the_option_name_it() -> None:
    commands = {command.name: command.callback for command in app.registered_commands}
    resumable = {name for name, call in commands.items() if call and "resume" in inspect.signature(call).parameters}
    assert resumable == set(_RESUMABLE)


def test_threads_and_processes_that_work_do_not_delay_the_end() -> None:
    done = program(  # which ends when the child has closed standard output as well
        "import subprocess\nfrom ideep_scan.errors import Stopped\nfrom ideep_scan.process import ThreadPool\n"
        "subprocess.Popen(['sleep', '1000'])\n"
        "try:\n    with ThreadPool(1) as pool:\n        pool.submit(compute)\n"
        "        signal.raise_signal(signal.SIGUSR1)\nexcept Stopped:\n    s.leave()"
    )
    assert (done.returncode, done.stderr) == (128 + signal.SIGUSR1, "")


def test_a_signal_that_another_part_answers_is_left_to_it() -> None:
    done = program(
        "from ideep_scan.cli import signals\nfrom ideep_scan.jobs.output_folder.publication import undisturbed\n"
        "import time\nsignals._PATIENCE = 0.05\n"
        "try:\n    with undisturbed():\n        signal.raise_signal(signal.SIGTERM)\n        time.sleep(0.3)\n"
        "        print('published', flush=True)\n"
        "except BaseException as error:\n    print(type(error).__name__)\n    s.end()"
    )
    assert (done.returncode, done.stdout) == (0, "published\nStopped\n")
