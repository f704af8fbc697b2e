"""A disk that loses its power or has no room left, and knows what was synced."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

Change = tuple[int, bytes | None]  # where, and what is written; None cuts the file there


@dataclass
class File:
    """What it holds, what of it would be found again, and what was changed since the last sync."""

    content: bytearray = field(default_factory=bytearray)
    synced: bytearray | None = None
    waiting: list[Change] = field(default_factory=list)

    def change(self, change: Change) -> None:
        """Write or cut."""
        applied(self.content, change)
        self.waiting.append(change)

    def sync(self) -> None:
        """From now on all of it is found again."""
        self.synced, self.waiting = bytearray(self.content), []

    def found(self, luck: Random | None) -> bytearray | None:
        """What is found; None: no file."""
        if self.synced is None and (luck is None or luck.random() < 0.5):
            return None
        content = bytearray(self.synced or b"")
        if luck is not None:
            for at, data in luck.sample(self.waiting, luck.randrange(len(self.waiting) + 1)):
                applied(content, (at, data if data is None else data[: luck.choice((len(data), len(data) // 2))]))
        return content


def applied(content: bytearray, change: Change) -> None:
    """Do a change."""
    at, data = change
    if data is None:
        del content[at:]
    else:
        content.extend(bytes(max(at - len(content), 0)))
        content[at : at + len(data)] = data


@dataclass
class Disk:
    """Files by name. `changes` may be made until the power is out; `room` bytes are there before it is full."""

    changes: int = 1 << 60
    room: int = 1 << 60
    files: dict[str, File] = field(default_factory=dict)
    deleted: dict[str, File] = field(default_factory=dict)
    made: int = 0

    @property
    def out(self) -> bool:
        """Whether the power is out."""
        return self.made >= self.changes

    def counted(self) -> bool:
        """Count a change; False if there is no power for it."""
        if self.out:
            return False
        self.made += 1
        return not self.out

    def size(self) -> int:
        """Bytes of all files."""
        return sum(len(each.content) for each in self.files.values())

    def delete(self, name: str, *, synced: bool) -> None:
        """Delete a file; until its folder is synced it may come back."""
        file = self.files.pop(name, None)
        if file is not None and not synced:
            self.deleted[name] = file
        elif synced:
            self.deleted.clear()

    def after(self, luck: Random | None = None) -> Disk:
        """The disk when the power is back."""
        left = {
            **{name: file for name, file in self.deleted.items() if luck is None or luck.random() < 0.5},
            **self.files,
        }
        found = {name: file.found(luck) for name, file in left.items()}
        return Disk(files={name: File(each, bytearray(each)) for name, each in found.items() if each is not None})
