# SPDX-License-Identifier: GPL-2.0-or-later
"""Instructions: where they begin and which they are, by objdump."""
import bisect
import re
import subprocess
import tempfile

LINE = re.compile(r'^\s*([0-9a-f]+):\t((?:[0-9a-f]{2} )+)\s*\t?(.*)$')
GAP = b'\x90' * 32
PREFIX = re.compile(r'^(?:(?:bnd|notrack|cs|ds|es|ss|fs|gs|data16|rex\S*) )+')


class Instruction:
    __slots__ = ('offset', 'size', 'mnemonic', 'text')

    def __init__(self, offset, size, text):
        self.offset, self.size, self.text = offset, size, text
        self.mnemonic = PREFIX.sub('', text).split(' ')[0]

    def is_padding(self):
        return self.mnemonic.startswith('nop') or self.text.startswith('xchg   %ax,%ax') or \
            self.mnemonic in ('int3', 'data16')


class Code:
    """The instructions of one function, without those that only fill space."""

    def __init__(self, address, data, instructions):
        self.address, self.data = address, data
        self.instructions = [i for i in instructions if not i.is_padding()]
        self.offsets = [i.offset for i in self.instructions]

    def at(self, offset):
        """The number of the instruction that holds the byte, or None if it is padding."""
        i = bisect.bisect_right(self.offsets, offset) - 1
        if i >= 0 and offset < self.offsets[i] + self.instructions[i].size:
            return i
        return None

    def ordinal(self, offset):
        """How many instructions begin before the offset: the same in two layouts of one code."""
        return bisect.bisect_left(self.offsets, offset)

    def target(self, instruction, field, size, relative):
        """What a field of an instruction refers to, once it is relocated."""
        at = field - self.address
        value = int.from_bytes(self.data[at:at + size], 'little', signed=True)
        if relative:
            value += self.address + instruction.offset + instruction.size
        return value % (1 << 64)

    def short_jump(self, instruction):
        at = instruction.offset + instruction.size - 1
        value = int.from_bytes(self.data[at:at + 1], 'little', signed=True)
        return self.address + instruction.offset + instruction.size + value


def decode(functions):
    """functions: [(address, bytes)]; a Code for each."""
    if not functions:
        return []
    with tempfile.NamedTemporaryFile() as blob:
        places, at = [], 0
        for _, data in functions:
            places.append(at)
            blob.write(data + GAP)
            at += len(data) + len(GAP)
        blob.flush()
        out = subprocess.run(['objdump', '-D', '-w', '-b', 'binary', '-m', 'i386:x86-64',
                              '--insn-width=16', blob.name], check=True, capture_output=True,
                             text=True).stdout
    instructions = []
    for line in out.splitlines():
        match = LINE.match(line)
        if match:
            instructions.append((int(match[1], 16), len(match[2]) // 3, match[3].strip()))
    result, i = [], 0
    for (address, data), place in zip(functions, places):
        own = []
        while i < len(instructions) and instructions[i][0] < place + len(data):
            if instructions[i][0] >= place:
                offset, size, text = instructions[i]
                own.append(Instruction(offset - place, size, text))
            i += 1
        result.append(Code(address, data, own))
    return result
