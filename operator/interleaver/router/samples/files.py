"""The files of samples: so many of one pod, so large each, the oldest making room for the next."""

import os
import re
from typing import Final

NAME: Final = "{host}-{number:08d}.jsonl"
MODE: Final = 0o640


class Files:
    """The files of one router in a folder. All methods raise OSError; after one, go on with `close`."""

    def __init__(self, host: str) -> None:
        self.host = re.sub(r"[^-.A-Za-z0-9]", "-", host)  # whose files they are, where several pods share a folder
        self.own = re.compile(re.escape(self.host) + r"-([0-9]{8})\.jsonl")
        self.folder = ""
        self.file = -1
        self.number = 0
        self.size = 0  # of the file, in bytes

    def write(self, line: bytes, folder: str, file_bytes: int, most: int) -> None:
        """Append a line whole, or not at all."""
        if folder != self.folder:
            self.close()
            self.folder = folder
        if self.file < 0:
            self.go_on()
        if self.size and self.size + len(line) > file_bytes:
            self.begin(self.number + 1)
        self.make_room(most)
        self.append(line)

    def go_on(self) -> None:
        """Open the latest file, whose last line may have been cut off when its writer was killed."""
        numbers = self.list_numbers()
        self.begin(numbers[-1] if numbers else 1)
        if self.size and os.pread(self.file, 1, self.size - 1) != b"\n":
            self.append(b"\n")

    def begin(self, number: int) -> None:
        """Open a file."""
        self.close()
        self.file = os.open(self.find_path(number), os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, MODE)
        self.number = number
        self.size = os.fstat(self.file).st_size

    def make_room(self, most: int) -> None:
        """Remove the oldest files, if this is a new one."""
        if self.size == 0:
            for number in self.list_numbers()[:-most]:
                os.unlink(self.find_path(number))

    def append(self, line: bytes) -> None:
        """Write to the end of the file. What could be written of a line for which there is no room is taken back."""
        try:
            written = os.write(self.file, line)
            while written < len(line):
                written += os.write(self.file, line[written:])
        except OSError:
            os.ftruncate(self.file, self.size)
            raise
        self.size += len(line)

    def list_numbers(self) -> list[int]:
        """The numbers of this router's own files, the oldest first."""
        found = (self.own.fullmatch(name) for name in os.listdir(self.folder))
        return sorted(int(match[1]) for match in found if match is not None)

    def find_path(self, number: int) -> str:
        return os.path.join(self.folder, NAME.format(host=self.host, number=number))

    def close(self) -> None:
        """Close the file, if one is open."""
        file, self.file = self.file, -1
        if file >= 0:
            os.close(file)
