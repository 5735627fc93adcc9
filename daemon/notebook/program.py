"""The program that runs a notebook, inside of its sandbox.

    python3 -B -c PROGRAM task.json notebook.ipynb output.json

The kernel is a fork of this process, so that nothing is imported twice, and is
reached by Unix sockets in the work directory.  Outputs are limited as they come in.
What ran is in the answer however it ends, also after a TERM.
"""

import ast
import asyncio
import json
import keyword
import logging
import math
import os
import re
import signal
import sys
import time
import traceback

TEXT_LIMIT = 256 * 1024  # of one text, in bytes of JSON
DATA_LIMIT = 1024 * 1024  # of an image or any other part of an output
TOTAL_LIMIT = 4 * 1024 * 1024  # of all outputs of a notebook
ANSWER_LIMIT = 16 * 1024 * 1024  # mcpd takes no more
STARTUP_LIMIT = 60  # seconds
DEPTH_LIMIT = 200
LINE_LIMIT = 80

OUTPUTS = {"stream", "display_data", "execute_result", "error", "update_display_data"}
INJECTED = "injected-parameters"
PACKAGES = "python3-nbclient and python3-ipykernel"

# The value of the variable as JSON; a NameError where there is none.
RESULT = (
    "__import__('json').dumps(result, allow_nan=False, default="
    "lambda value: value.tolist() if hasattr(value, 'tolist') else str(value))"
)


class Failure(Exception):
    """Ends the notebook; the outcome is a word that mcpd knows."""

    def __init__(self, outcome, text):
        super().__init__(text)
        self.outcome = outcome


try:
    sys.modules["debugpy"] = None  # a debugger nobody can reach, and slow to load
    import nbformat
    from ipykernel.iostream import IOPubThread
    from ipykernel.kernelapp import IPKernelApp
    from jupyter_client.asynchronous import AsyncKernelClient
    from jupyter_client.connect import write_connection_file
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
except ImportError as problem:
    MISSING = str(problem)
    NotebookClient = object
else:
    MISSING = None


class Client(NotebookClient):
    """nbclient's, with limits on what it gathers."""

    def __init__(self, document, **settings):
        super().__init__(document, store_widget_state=False, iopub_timeout=30, **settings)
        self.comm_open_handlers = {}
        self.log.setLevel(logging.CRITICAL)
        self.room = TOTAL_LIMIT
        self.said = {}  # bytes of a stream of a cell so far

    def process_message(self, msg, cell, cell_index):
        kind = msg["msg_type"]
        if kind in OUTPUTS:
            tell(kind, msg["content"])
            if not self.limit(kind, msg["content"], cell_index):
                return None
        made = super().process_message(msg, cell, cell_index)
        if kind == "stream":
            merge_streams(cell.outputs)
        return made

    def limit(self, kind, content, cell_index):
        """Cuts what is too long; False where nothing is left to show."""
        if self.room <= 0:
            return False
        if kind == "stream":
            self.limit_stream(content, (cell_index, content["name"]))
        elif kind == "error":
            if size_of(content["traceback"]) > TEXT_LIMIT:
                content["traceback"] = []
            content["evalue"] = content["evalue"][:TEXT_LIMIT]
        else:
            limit_data(content["data"])
        self.room -= size_of(content)
        if self.room <= 0:
            note = f"\n[further outputs left out: all together are over {TOTAL_LIMIT} bytes]\n"
            content.clear()
            content.update(name="stderr", text=note)
            if kind != "stream":
                return False
        return bool(content.get("text", True))

    def limit_stream(self, content, stream):
        said = self.said.get(stream, 0)
        text = content["text"]
        size = size_of(text) - 2
        self.said[stream] = said + size
        if said + size <= TEXT_LIMIT:
            return
        if said > TEXT_LIMIT:
            content["text"] = ""
            return
        while size_of(text) - 2 > TEXT_LIMIT - said:
            text = text[: len(text) // 2]
        content["text"] = f"{text}\n[cut: over {TEXT_LIMIT} bytes]\n"


class Notebook:
    """A document on its way through a kernel."""

    def __init__(self, task, text):
        self.task = task
        self.document = read_document(text)
        self.cells = self.choose_cells()  # (index as written or None, cell)
        self.current = None
        self.done = []
        self.started = None
        self.kernel = None
        self.client = Client(self.document, timeout=task["cell_timeout"])

    def choose_cells(self):
        written = list(enumerate(self.document.cells))
        wanted = self.task["cells"]
        if wanted is not None:
            for index in wanted:
                if index >= len(written):
                    raise Failure(
                        "refused",
                        f"cells_to_execute names cell {index}:"
                        f" the notebook has {len(written)}, counted from 0",
                    )
        for _, cell in written:
            if cell.cell_type == "code":
                cell.outputs = []
                cell.execution_count = None
        chosen = [
            (index, cell)
            for index, cell in written
            if cell.cell_type == "code" and (wanted is None or index in wanted)
        ]
        return self.inject_parameters(chosen)

    def inject_parameters(self, chosen):
        """Before the first cell; and again after one that is tagged with defaults."""
        source = print_parameters(self.task["inputs"])
        cells = self.document.cells
        if source is None:
            return chosen
        for place, cell in reversed(list(enumerate(cells))):
            if "parameters" in cell.metadata.get("tags", []):
                cells.insert(place + 1, injected(source))
        cells.insert(0, injected(source))
        last = chosen[-1][1] if chosen else None
        plan = []
        numbers = {id(cell): index for index, cell in chosen}
        for cell in cells:
            if id(cell) in numbers or INJECTED in cell.metadata.get("tags", []):
                plan.append((numbers.get(id(cell)), cell))
            if cell is last:
                break
        return plan

    async def run(self):
        self.client.kc = await connect(self.kernel)
        self.started = time.monotonic()
        for index, cell in self.cells:
            await self.run_cell(index, cell)
        self.current = None
        return await self.read_result()

    async def run_cell(self, index, cell):
        self.current = (index, cell)
        place = next(i for i, other in enumerate(self.document.cells) if other is cell)
        if index is not None:
            self.done.append((index, cell))
        try:
            await self.client.async_execute_cell(cell, place, store_history=index is not None)
        except CellExecutionError as error:
            raise Failure("error", f"{self.where()} failed: {error.ename}: {error.evalue}") from None
        except CellTimeoutError:
            limit = self.task["cell_timeout"]
            raise Failure("timeout", f"{self.where()} took longer than {limit:g} s") from None
        except DeadKernelError:
            raise Failure("killed", f"{self.where()}: the {self.kernel.obituary()}") from None

    def where(self):
        """Which cell, by its place in the notebook and its first line."""
        index, cell = self.current
        if index is None:
            return "Cell of the parameters"
        line = next((line for line in cell.source.splitlines() if line.strip()), "").strip()
        if len(line) > LINE_LIMIT:
            line = line[: LINE_LIMIT - 3] + "..."
        return f"Cell {index} (`{line}`)"

    async def read_result(self):
        """What the notebook assigned to `result`: a list of it, or of nothing."""
        channel = self.client.kc
        sent = channel.execute("", silent=True, user_expressions={"result": RESULT})
        try:
            reply = await asyncio.wait_for(self.client.async_wait_for_reply(sent), 30)
            told = reply["content"]["user_expressions"]["result"]
        except Exception:
            raise Failure("error", "The variable `result` could not be read") from None
        if told["status"] == "ok":
            return [json.loads(ast.literal_eval(told["data"]["text/plain"]))]
        if told["ename"] == "NameError":
            return []
        raise Failure(
            "error", f"The variable `result` is no JSON: {told['ename']}: {told['evalue']}"
        )

    def answer(self, outcome, error=None, values=()):
        took = time.monotonic() - self.started if self.started is not None else 0
        result = {
            "output": "".join(text_of(cell) for _, cell in self.done),
            "results": {
                str(index): {"outputs": cell.outputs, "execution_count": cell.execution_count}
                for index, cell in self.done
            },
            "execution_time": round(took, 3),
        }
        for value in values:
            result["result"] = value
        return {"outcome": outcome, "error": error, "result": result, "notebook": self.document}


class Kernel:
    """A child process, by its id."""

    def __init__(self, process):
        self.process = process
        self.status = None

    def is_alive(self):
        if self.status is None:
            found, status = os.waitpid(self.process, os.WNOHANG)
            self.status = status if found else None
        return self.status is None

    async def is_alive_soon(self):
        return self.is_alive()

    def obituary(self):
        if self.status is None:
            return "kernel does not answer"
        code = os.waitstatus_to_exitcode(self.status)
        if code >= 0:
            return f"kernel ended with code {code}"
        return f"kernel died of signal {-code} ({signal.Signals(-code).name})"


def read_document(text):
    try:
        document = nbformat.reads(text, as_version=4)
    except Exception as problem:
        raise Failure("refused", f"It is no notebook: {first_line(problem)}") from None
    kernel = document.metadata.get("kernelspec", {})
    language = kernel.get("language") or "python"
    if str(language).lower() != "python":
        raise Failure("refused", f"Its language is {language!r}: only Python notebooks are run")
    return document


def first_line(problem):
    return (str(problem).strip() or type(problem).__name__).splitlines()[0][:500]


def print_parameters(inputs):
    """The source of a cell, or None where there is nothing to set."""
    wrong = [name for name in inputs if not name.isidentifier() or keyword.iskeyword(name)]
    if wrong:
        names = ", ".join(sorted(wrong))
        raise Failure("inputs", f"Inputs become variables, and these are no names of one: {names}")
    if not inputs:
        return None
    return "# Parameters\n" + "\n".join(f"{name} = {value!r}" for name, value in inputs.items())


def injected(source):
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": [INJECTED]})
    return cell


def fork_kernel(folder):
    # By relative paths: those of a socket are short.
    write_connection_file("kernel.json", transport="ipc", ip="kernel")
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process > 0:
        return Kernel(process)
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # It would listen on TCP, and libzmq aborts where there is none.
        IOPubThread._setup_pipe_in = lambda thread: setattr(thread, "_pipe_flag", False)
        if folder:
            sys.path.insert(0, folder)
        sys.argv = ["notebook"]
        IPKernelApp.launch_instance(
            argv=["-f", "kernel.json", "--HistoryManager.enabled=False", "--log-level=50"]
        )
    finally:
        os._exit(1)


async def connect(kernel):
    client = AsyncKernelClient()
    client.load_connection_file("kernel.json")
    client.start_channels(hb=False)
    client.allow_stdin = False
    client.is_alive = kernel.is_alive_soon
    until = time.monotonic() + STARTUP_LIMIT
    while time.monotonic() < until:
        if not kernel.is_alive():
            raise Failure("unavailable", f"The {kernel.obituary()} before the first cell")
        client.kernel_info()
        # Who is not yet subscribed misses what is published.
        if await has_message(client.shell_channel, 1) and await has_message(
            client.iopub_channel, 0.1
        ):
            return client
    raise Failure("unavailable", f"The kernel was not ready within {STARTUP_LIMIT} s")


async def has_message(channel, seconds):
    if not await channel.socket.poll(int(seconds * 1000)):
        return False
    await channel.get_msg(timeout=1)
    return True


def tell(kind, content):
    """On our own streams, as a script would have said it."""
    if kind == "stream":
        stream = sys.stderr if content["name"] == "stderr" else sys.stdout
        text = content["text"]
    elif kind == "error":
        stream = sys.stderr
        text = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(content["traceback"])) + "\n"
    else:
        return
    stream.write(text.encode("utf-8", "replace").decode("utf-8"))
    stream.flush()


def limit_data(data):
    left_out = []
    for kind, value in list(data.items()):
        limit = TEXT_LIMIT if kind.startswith("text/") else DATA_LIMIT
        size = size_of(value)
        if size > limit:
            del data[kind]
            left_out.append(f"[{kind} left out: {size} bytes are over the limit of {limit}]")
    if left_out:
        data["text/plain"] = "\n".join([data.get("text/plain", ""), *left_out]).strip()


def size_of(value):
    return len(json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace"))


def merge_streams(outputs):
    if len(outputs) < 2:
        return
    before, last = outputs[-2:]
    if before.output_type == last.output_type == "stream" and before.name == last.name:
        before.text += last.text
        del outputs[-1]


def text_of(cell):
    texts = []
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stdout":
            texts.append(output.text)
        elif output.output_type in ("execute_result", "display_data"):
            text = output.data.get("text/plain")
            texts.extend([text, "\n"] if text else [])
    return "".join(texts)


def clean(value, depth=0):
    """As jsonb takes it: no NUL, no half of a pair, no NaN, no well."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if depth > DEPTH_LIMIT and isinstance(value, (dict, list)):
        return "[too deep]"
    if isinstance(value, dict):
        return {clean(str(name)): clean(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(inner, depth + 1) for inner in value]
    return value


def write_answer(path, answer):
    text = json.dumps(clean(answer), ensure_ascii=False, allow_nan=False).encode()
    if len(text) > ANSWER_LIMIT:
        print(f"the executed notebook is not kept: {len(text)} bytes", file=sys.stderr)
        answer["notebook"] = None
        text = json.dumps(clean(answer), ensure_ascii=False, allow_nan=False).encode()
    with open(path + ".new", "wb") as file:
        file.write(text)
    os.replace(path + ".new", path)


def stop(notebook, path):
    """TERM: mcpd knows why, and what ran is kept."""
    started = notebook is not None and notebook.current is not None
    where = notebook.where() if started else None
    if notebook is None:
        write_answer(path, {"outcome": "stopped", "error": None})
    else:
        write_answer(path, notebook.answer("stopped", where))
    leave(0)


def leave(code):
    """At once: the kernel, and threads of its sockets, are ended from outside."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main():
    _, task_path, source, target = sys.argv
    notebook = None
    signal.signal(signal.SIGTERM, lambda *_: stop(notebook, target))
    try:
        if MISSING:
            raise Failure(
                "unavailable",
                f"Notebooks need the Debian packages {PACKAGES} for {sys.executable}: {MISSING}",
            )
        with open(task_path, encoding="utf-8") as file:
            task = json.load(file)
        with open(source, encoding="utf-8") as file:
            text = file.read()
        notebook = Notebook(task, text)
        # Before there is a loop, for the fork gets one of its own.
        notebook.kernel = fork_kernel(task["folder"])
        values = asyncio.run(notebook.run())
        answer = notebook.answer("success", None, values)
    except Failure as failure:
        if notebook is None:
            answer = {"outcome": failure.outcome, "error": str(failure)}
        else:
            answer = notebook.answer(failure.outcome, str(failure))
    except BaseException:
        traceback.print_exc()
        leave(1)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    write_answer(target, answer)
    leave(0)


main()
