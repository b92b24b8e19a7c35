#!/usr/bin/env python3
"""What postil costs on Wayland: from the trigger to the complete request, and idle, on a headless sway of its own.

    packaging/bench/wayland.py target/release/postil > tables.md

Needs sway, foot, wl-clipboard and dbus-daemon. As root on a busy machine, `chrt --rr 5` before it runs all that takes
part ahead of the rest.
"""

import http.server
import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

TIMES = int(os.environ.get("POSTIL_TIMES", "1000"))
WATCHED_FOR = int(os.environ.get("POSTIL_WATCHED_FOR", "60"))
CHANGES = 200
REST = 0.02
DEADLINE = 20
NOBODY = 65534
SENTENCE = "Select text anywhere, press a key, and have it explained where you are. "

complete = queue.Queue()


class Model(http.server.BaseHTTPRequestHandler):
    """Notes when a request was complete, and answers at once."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        complete.put(time.monotonic_ns())
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "small",
                 "choices": [{"index": 0, "delta": {"content": "An answer."}, "finish_reason": "stop"}]}
        body = f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(b'{"object":"list","data":[{"id":"small"}]}')

    def do_HEAD(self):
        self.answer(b"")

    def answer(self, body):
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def eventually(what, look):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.01)
    sys.exit(f"not within {DEADLINE} s: {what}")


class World:
    """A compositor, a session bus, a terminal with the focus, a daemon."""

    def __init__(self, program):
        self.program, self.started = os.path.abspath(program), []
        self.folder = tempfile.mkdtemp(prefix="postil-wayland-")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.write_files(server.server_address[1])
        self.env = {"PATH": os.environ["PATH"], "HOME": self.folder, "XDG_RUNTIME_DIR": self.folder,
                    "POSTIL_PANEL": "none"}
        self.start_sway()
        bus = self.start(["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE)
        self.env["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().decode().strip()
        self.start(["foot", "--app-id", "foot", "cat"])
        eventually("the terminal has the focus", lambda: b'"app_id": "foot"' in self.tree())
        self.daemon = self.start([self.program, "daemon"])
        self.socket = os.path.join(self.folder, "postil", self.env["WAYLAND_DISPLAY"] + ".sock")
        eventually("the daemon listens", lambda: os.path.exists(self.socket))
        self.hello = self.ask_hello()

    def ask_hello(self):
        """The daemon says which version of its protocol it speaks."""
        with socket.socket(socket.AF_UNIX) as stream:
            stream.connect(self.socket)
            stream.sendall(b'{"postil": "0.1.0", "protocol": 0}\n')
            return json.loads(stream.makefile().readline())

    def write_files(self, port):
        prompts = os.path.join(self.folder, ".config/postil/prompts")
        os.makedirs(prompts)
        with open(os.path.join(self.folder, ".config/postil/config.toml"), "w") as file:
            file.write(f'model = "bench/small"\n[provider.bench]\nkind = "openai"\n'
                       f'base_url = "http://127.0.0.1:{port}/v1"\n')
        with open(os.path.join(prompts, "explain-it.md"), "w") as file:
            file.write("---\nname: Explain it\nto: [notify]\n---\nExplain the text in {{ answer_language }}.\n")

    def start_sway(self):
        config = os.path.join(self.folder, "sway")
        with open(config, "w") as file:
            file.write("output HEADLESS-1 resolution 1280x800\nxwayland disable\n")
        command = ["sway", "-c", config]
        if os.getuid() == 0:
            os.chown(self.folder, NOBODY, NOBODY)
            os.chmod(config, 0o644)
            command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
        sway = {"WLR_BACKENDS": "headless", "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman"}
        self.start(command, env={**self.env, **sway})
        found = lambda start: next((n for n in os.listdir(self.folder) if n.startswith(start) and "lock" not in n), None)
        self.env["WAYLAND_DISPLAY"] = eventually("sway's socket", lambda: found("wayland-"))
        self.env["SWAYSOCK"] = os.path.join(self.folder, eventually("sway's own socket", lambda: found("sway-ipc")))

    def start(self, command, **more):
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        child = subprocess.Popen(command, **{**quiet, "env": self.env, **more})
        self.started.append(child)
        return child

    def tree(self):
        return subprocess.run(["swaymsg", "-t", "get_tree"], env=self.env, capture_output=True).stdout

    def select(self, size):
        text = (SENTENCE * (size // len(SENTENCE) + 1))[:size]
        self.copy(text, "--primary")

    def copy(self, text, *arguments):
        subprocess.run(["wl-copy", *arguments], input=text.encode(), env=self.env, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def end(self):
        for child in reversed(self.started):
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def by_socket(world):
    """As the daemon's own socket takes it; gives just before which moment."""
    before = time.monotonic_ns()
    with socket.socket(socket.AF_UNIX) as stream:
        stream.connect(world.socket)
        trigger = {"command": "trigger", "action": "explain-it"}
        stream.sendall("".join(json.dumps(line) + "\n" for line in (world.hello, trigger)).encode())
        reader = stream.makefile()
        reader.readline()
        reply = reader.readline()
        if "refused" in reply:
            sys.exit(f"refused: {reply}")
    return before


def by_process(world):
    """As a compositor's key binding has it."""
    before = time.monotonic_ns()
    child = subprocess.Popen([world.program, "trigger", "explain-it"], env=world.env, stdout=subprocess.DEVNULL)
    child.wait()
    return before


def measure(world, name, trigger, times, limit=None):
    durations = []
    for number in range(times + 1):
        time.sleep(REST)
        before = trigger(world)
        try:
            after = complete.get(timeout=DEADLINE)
        except queue.Empty:
            sys.exit(f"{name}: no request came")
        # The first warms up what the others find warm.
        if number:
            durations.append((after - before) / 1e6)
    durations.sort()
    at = lambda share: durations[max(0, -(-len(durations) * share // 100) - 1)]
    verdict = "" if limit is None else f"median ≤ {limit} ms: {'met' if at(50) <= limit else '**missed**'}"
    print(f"| {name} | {times} | " + " | ".join(f"{at(share):.2f} ms" for share in (50, 90, 99, 100)) + f" | {verdict} |",
          flush=True)


def switches(pid):
    """How often each thread was taken off the processor: one that slept all the time has not been."""
    found = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/status") as status:
                found[task] = sum(int(line.split()[1]) for line in status if "ctxt_switches" in line)
        except FileNotFoundError:
            pass  # It has ended.
    return found


def woken_since(before, pid):
    return sum(count - before.get(task, 0) for task, count in switches(pid).items())


def memory(pid):
    with open(f"/proc/{pid}/smaps_rollup") as rollup:
        sizes = dict(line.split()[:2] for line in rollup if line.startswith(("Pss:", "Rss:", "Private_Dirty:")))
    return [int(sizes[kind]) / 1024 for kind in ("Pss:", "Rss:", "Private_Dirty:")]


# The daemon lets go of its program's pages after twenty seconds, for which it wakes once.
SETTLED = 25


def idle(world, name):
    time.sleep(SETTLED)
    pid = world.daemon.pid
    before = switches(pid)
    time.sleep(WATCHED_FOR)
    woken = woken_since(before, pid)
    pss, rss, dirty = memory(pid)
    print(f"| | wake-ups in {WATCHED_FOR} s | PSS | RSS | of it written to |\n|---|--:|--:|--:|--:|")
    print(f"| {name} | {woken} | {pss:.1f} MB ({'met' if pss <= 9 else '**missed**'}) | {rss:.1f} MB "
          f"| {dirty:.1f} MB |\n", flush=True)


def changes(world):
    pid = world.daemon.pid
    before = switches(pid)
    for number in range(CHANGES):
        world.copy(f"copied {number}")
    time.sleep(1)
    print(f"\n{CHANGES} changes of the clipboard, as `wl-copy` makes them: {woken_since(before, pid) / CHANGES:.2f} "
          "wake-ups each.")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    world = World(sys.argv[1])
    try:
        idle(world, "fresh")
        print("| | times | median | p90 | p99 | longest | target |\n|---|--:|--:|--:|--:|--:|---|")
        world.select(100)
        measure(world, "sway, 100 B: the daemon's socket to complete request", by_socket, TIMES, 6)
        measure(world, "sway, 100 B: `postil trigger` to complete request", by_process, TIMES, 12)
        world.select(100 << 10)
        measure(world, "sway, 100 KB: the daemon's socket to complete request", by_socket, TIMES // 4)
        idle(world, f"after {2 * TIMES + TIMES // 4} triggers")
        changes(world)
    finally:
        world.end()


main()
