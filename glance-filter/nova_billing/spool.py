"""A folder of small files that several processes share: what is still to be told, in the order in which it happened."""
import contextlib
import fcntl
import itertools
import json
import os
import time


class Spool:
    """One file an entry, named by time, process and number, so that names sort as things happened.

    An entry is there once put() returns, whatever becomes of the process. It is not forced to the disk: put() is called
    while a user waits for Glance. If the machine loses power the newest entries may be lost.
    """

    ENDING = ".json"

    def __init__(self, folder):
        self.folder = folder
        self.count = itertools.count()
        os.makedirs(folder, mode=0o700, exist_ok=True)

    def put(self, entry):
        name = f"{time.time_ns():020d}-{os.getpid()}-{next(self.count) % 1000000:06d}"
        self._write(name + self.ENDING, entry)

    def replace(self, name, entry):
        """Puts another entry in the place of one."""
        self._write(name, entry)

    def names(self):
        """Oldest first."""
        return sorted(name for name in os.listdir(self.folder) if name.endswith(self.ENDING))

    def read(self, name):
        """The entry; a ValueError if it is not one, such as after a loss of power."""
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            entry = json.load(file)
        if not isinstance(entry, dict):
            raise ValueError("not an object")
        return entry

    def remove(self, name):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(self.folder, name))

    def set_aside(self, name):
        """Keeps what cannot be read for a person to look at, out of the way."""
        path = os.path.join(self.folder, name)
        os.replace(path, path + ".broken")

    @contextlib.contextmanager
    def only_one(self):
        """True for one process at a time, False for the others; the lock of a process that dies is free again."""
        with open(os.path.join(self.folder, "lock"), "w", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def _write(self, name, entry):
        path = os.path.join(self.folder, name)
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump(entry, file)
        os.replace(path + ".new", path)
