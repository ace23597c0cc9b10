"""How long a user waits, and how much is installed.

    python -m tests.benchmarks.speed [--documents 1000]

Every figure is taken from outside, with the real command and the real server, on documents made here from a fixed seed.
"""

import argparse
import contextlib
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sysconfig
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ADDRESS = "http://127.0.0.1:8765"
SEEDBED = Path(sysconfig.get_path("scripts")) / "seedbed"
QUESTIONS = (
    "how many crates of lanterns reached Ostrow?",
    "who signed for the copper wire in Veldmark?",
    "when did the barley arrive in Tarn Hollow?",
    "why was the delivery of glass late?",
    "where was the timber stored?",
)


def made_document(number: int) -> str:
    """Return a document of about 350 words, different for each number."""
    pick = random.Random(number).choice
    goods = ("lanterns", "copper wire", "barley", "window glass", "timber", "linen", "cheese", "roof tiles", "oars")
    places = ("Ostrow", "Veldmark", "Tarn Hollow", "Lissadell", "Port Amble", "Kirkstead", "Bramsee", "Quenby")
    people = ("Ida Falk", "Moses Tran", "Greta Olin", "Pavel Dusek", "Nora Achebe", "Luis Prado", "Sana Qureshi")
    months = ("January", "March", "May", "June", "August", "October", "December")
    parts = [f"Delivery book {number}", ""]
    for _ in range(12):
        count, year = random.Random(number * 31 + len(parts)).randint(12, 9800), 1900 + number % 90
        parts += [
            f"On {1 + len(parts) % 28} {pick(months)} {year} the depot in {pick(places)} took in {count} crates of "
            f"{pick(goods)}. {pick(people)} signed for them and noted that the road from {pick(places)} was wet. The "
            f"carrier asked for {count % 97} crowns more than had been agreed, and got half of it.",
            "",
        ]
    return "\n".join(parts)


def seconds(*command: str) -> float:
    """Run a command to its end and return how long it took."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def get(path: str) -> Any:
    """GET from the server; None while it does not answer with 200."""
    try:
        with urllib.request.urlopen(ADDRESS + path, timeout=30) as response:
            return json.load(response)
    except (urllib.error.URLError, ConnectionError):
        return None


def post(path: str, body: object) -> Any:
    """POST JSON to the server."""
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(ADDRESS + path, json.dumps(body).encode(), headers)) as response:
        return json.load(response)


@contextlib.contextmanager
def server(seeds: Path, data: Path) -> Iterator[float]:
    """Run the server and yield how long it took until it was ready."""
    started = time.perf_counter()
    command = (str(SEEDBED), "serve", "--seeds", str(seeds), "--data", str(data), "--port", ADDRESS.rpartition(":")[2])
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while get("/health/ready") is None:
            if process.poll() is not None:
                raise SystemExit(f"the server ended with {process.returncode}")
            time.sleep(0.02)
        yield time.perf_counter() - started
    finally:
        process.terminate()
        process.wait()


def until_searchable(seeds: Path, number: int) -> float:
    """Change one file and return how long it took until search found the change."""
    word = f"zanzibarite{number}"
    path = seeds / f"book-{number}.txt"
    text = path.read_text("utf-8") + f"\nA last line names the mineral {word}.\n"
    started = time.perf_counter()
    path.write_text(text, "utf-8")
    while word not in json.dumps(get(f"/v1/search?q={word}&limit=1")):
        time.sleep(0.02)
    return time.perf_counter() - started


def installed_megabytes() -> float:
    """Return the size on disk of everything that the runtime lock pins, as far as it is installed here."""
    names = [line.split("==")[0] for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line]
    total = 0
    for name in names:
        with contextlib.suppress(ModuleNotFoundError):  # a pin for another system
            paths = (Path(str(file.locate())) for file in distribution(name).files or ())
            total += sum(path.stat().st_size for path in paths if path.is_file())
    return total / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1000)
    documents = parser.parse_args().documents
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    print(f"installed packages                       {installed_megabytes():8.0f} MB")
    work = Path(tempfile.mkdtemp(prefix="seedbed-speed-"))
    try:
        ask = (str(SEEDBED), "ask", "how many troops?", "--seeds", str(ROOT / "seeds"), "--data", str(work / "small"))
        print(f"nothing indexed to first answer (seeds/) {seconds(*ask):8.1f} s")
        again = statistics.median(seconds(*ask) for _ in range(3))
        print(f"the same question again, a new process   {again:8.1f} s")
        seeds, data = work / "seeds", work / "data"
        seeds.mkdir()
        for number in range(documents):
            (seeds / f"book-{number}.txt").write_text(made_document(number), "utf-8")
        with server(seeds, data) as first_start:
            passages = get("/v1/index")["passages"]
            print(f"{documents} documents, {passages} passages, to ready {first_start:8.1f} s")
        with server(seeds, data) as start:
            print(f"start to ready, nothing changed          {start:8.1f} s")
            print(f"passages embedded a second, by difference{passages / (first_start - start):8.1f}")
            changes = [until_searchable(seeds, number) for number in range(5)]
            print(f"one changed file until searchable, median{statistics.median(changes):8.2f} s")
            replies = [post("/v1/ask", {"question": q})["timings_ms"] for q in QUESTIONS * 10]
            totals = sorted(reply["total"] for reply in replies)
            retrieve = statistics.median(reply["retrieve"] for reply in replies)
            print(f"a question, median                       {statistics.median(totals):8.0f} ms")
            print(f"a question, 95th percentile              {totals[int(0.95 * len(totals))]:8.0f} ms")
            print(f"of which retrieval, median               {retrieve:8.0f} ms")
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
