"""Run Alembic's command line on request: many times, from one process.

Reads a request a line from standard input, {"commands": [[word, ...], ...],
"environment": {name: value}, "log": bool}, and answers with a line, a list of
[exit status, output, error output] for each command.  log: the two outputs are
one, as `2>&1` makes them.  Each request runs in a child of its own, so nothing
of it is left; but Alembic is loaded once.

Files of a directory are read in the order of their names: Alembic 1.8 takes
them as the file system has them, later ones sort them.
"""
import json
import os
import sys
import tempfile

sys.dont_write_bytecode = True
import alembic.command  # noqa: E402,F401
from alembic.config import CommandLine  # noqa: E402
from alembic.script import Script  # noqa: E402
import sqlalchemy.dialects.postgresql  # noqa: E402,F401
import sqlalchemy.dialects.sqlite  # noqa: E402,F401


def sort_files():
    listed = Script._list_py_dir
    Script._list_py_dir = classmethod(lambda cls, *words: sorted(listed(*words)))


def run(words):
    """Run a command in this process; its exit status."""
    try:
        CommandLine(prog="alembic").main(words)
        return 0
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 1
    except Exception as error:  # what has no place in an error message
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1


def answer(request, reply):
    """In the child: run the commands, and write what came to a file."""
    os.environ.update(request.get("environment", {}))
    answers = []
    for words in request["commands"]:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            os.dup2(out.fileno(), 1)
            os.dup2((out if request.get("log") else err).fileno(), 2)
            status = run(words)
            sys.stdout.flush()
            sys.stderr.flush()
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode())
            answers.append([status, *texts])
    reply.write(json.dumps(answers))
    reply.flush()


def main():
    sort_files()
    for line in sys.stdin:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as reply:
            child = os.fork()
            if child == 0:
                answer(json.loads(line), reply)
                os._exit(0)
            os.waitpid(child, 0)
            reply.seek(0)
            print(reply.read() or "[]", flush=True)


main()
