# SPDX-License-Identifier: GPL-2.0-or-later
# Makes a kernel that differs from a real one in one thing, for tests.
#
#	edit-kernel.py IN OUT release FROM TO     its release: texts of one length
#	edit-kernel.py IN OUT argument NAME       the first argument of function NAME is a char
#	edit-kernel.py IN OUT member STRUCT NAME  no struct has a member of that name
#
# IN is an ELF file with .BTF (Documentation/bpf/btf.rst, Linux 6.1).
import struct
import sys

# Bytes behind the 12 of each type, by kind; for kinds with a list, those of an entry.
FIXED = {1: 4, 3: 12, 14: 4, 17: 4}
LISTS = {4: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12}
INT, STRUCT, FUNC = 1, 4, 12


class Types:
    def __init__(self, image, base):
        self.image = image
        _, _, _, header, types, size, names, _ = struct.unpack_from("<HBBIIIII", image, base)
        self.names = base + header + names
        self.at = [None]
        here, end = base + header + types, base + header + types + size
        while here < end:
            self.at.append(here)
            kind, count = self.kind(here)
            here += 12 + FIXED.get(kind, 0) + LISTS.get(kind, 0) * count

    def kind(self, at):
        info = struct.unpack_from("<I", self.image, at + 4)[0]
        return info >> 24 & 31, info & 0xFFFF

    def name_place(self, at):
        return self.names + struct.unpack_from("<I", self.image, at)[0]

    def is_named(self, at, name):
        text = name.encode() + b"\0"
        place = self.name_place(at)
        return self.image[place : place + len(text)] == text

    def find(self, kind, name):
        return next(
            i for i in range(1, len(self.at))
            if self.kind(self.at[i])[0] == kind and self.is_named(self.at[i], name)
        )


def change_argument(types, name):
    function = types.at[types.find(FUNC, name)]
    prototype = types.at[struct.unpack_from("<I", types.image, function + 8)[0]]
    struct.pack_into("<I", types.image, prototype + 12 + 4, types.find(INT, "char"))


def rename_member(types, name, member):
    at = types.at[types.find(STRUCT, name)]
    for i in range(types.kind(at)[1]):
        entry = at + 12 + 12 * i
        if types.is_named(entry, member):
            types.image[types.name_place(entry)] ^= 0x20
            return
    sys.exit(f"struct {name} has no {member}")


def section(image, name):
    """Where a section of the ELF file (gABI, 64 bits) begins in it."""
    headers = struct.unpack_from("<Q", image, 40)[0]
    size, count, of_names = struct.unpack_from("<HHH", image, 58)
    names = struct.unpack_from("<Q", image, headers + of_names * size + 24)[0]
    text = name.encode() + b"\0"
    for header in range(headers, headers + count * size, size):
        place = names + struct.unpack_from("<I", image, header)[0]
        if image[place : place + len(text)] == text:
            return struct.unpack_from("<Q", image, header + 24)[0]
    sys.exit(f"there is no {name}")


source, target, what, *words = sys.argv[1:]
with open(source, "rb") as file:
    image = bytearray(file.read())
base = section(image, ".BTF")
if what == "release":
    image = image.replace(words[0].encode(), words[1].encode())
elif what == "argument":
    change_argument(Types(image, base), *words)
else:
    rename_member(Types(image, base), *words)
with open(target, "wb") as file:
    file.write(image)
