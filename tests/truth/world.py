# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel with its modules, and perhaps an update's, in one flat address space.

The reader of the oracle: it knows ELF (pyelftools), the linker's map and what the kernel's module
loader does (kernel/module/main.c, apply_relocate_add() in arch/x86/kernel/module.c and
klp_resolve_symbols() in kernel/livepatch/core.c, Linux 6.1), and nothing of lpatch.
"""
import bisect
import os
import re
import struct

from elftools.elf.elffile import ELFFile

SHN_UNDEF, SHN_ABS, SHN_LIVEPATCH = 0, 0xFFF1, 0xFF20
STT_OBJECT, STT_FUNC, STT_SECTION, STT_FILE = 1, 2, 3, 4
SHF_ALLOC = 2

# Relocations of x86-64: size of the field, signed, relative to its place.
R_64, R_PC32, R_PLT32, R_32, R_32S, R_PC64 = 1, 2, 4, 10, 11, 24
RELOCATIONS = {R_64: (8, False), R_PC32: (4, True), R_PLT32: (4, True), R_32: (4, False),
               R_32S: (4, False), R_PC64: (8, True)}

# The addresses of modules; per-CPU data is near 0, as in vmlinux, so that all distances fit.
MODULES, MODULES_PERCPU = 0xFFFFFFFFC0000000, 0x200000


def kind_of(section):
    """The section kind: what it means for a thing to be there, and not how hot it is."""
    if section.startswith(('.init', '.exit', '.meminit', '.x86_trampoline')):
        return 'init'
    if '.text' in section or section.startswith(('.altinstr', '.entry', '.noinstr')):
        return 'text'
    if 'percpu' in section:
        return 'percpu'
    if section.startswith('.bss') or section == '.brk':
        return 'bss'
    if 'ro_after_init' in section:
        return 'ro_after_init'
    if section.startswith(('.rodata', '.data.rel.ro', '__ksymtab_strings')):
        return 'rodata'
    return 'data'


class Thing:
    """A symbol with its unit, which is a path like net/ipv4/tcp.o, or None in an update."""
    __slots__ = ('image', 'unit', 'name', 'section', 'kind', 'address', 'size', 'type', 'globl')

    def __init__(self, image, unit, name, section, address, size, type_, globl):
        self.image, self.unit, self.name, self.section = image, unit, name, section
        self.kind, self.address, self.size = kind_of(section), address, size
        self.type, self.globl = type_, globl

    def __str__(self):
        where = self.unit or self.image.name
        return f'{self.name} ({where}, {self.kind})'


class Image:
    """vmlinux or a module: its sections at their addresses."""

    def __init__(self, name, path):
        self.name, self.path = name, path
        self.elf = ELFFile(open(path, 'rb'))
        self.sections = list(self.elf.iter_sections())
        self.memory = {}     # index of a section: (address, bytearray)
        self.symbols = []    # (name, value, size, type, bind, section index)
        self.relocations = []  # (address, type, section name), when relocated
        self.read_symbols()

    def read_symbols(self):
        table = self.elf.get_section_by_name('.symtab')
        strings = self.sections[table['sh_link']].data()
        for name, info, _, shndx, value, size in struct.iter_unpack('<IBBHQQ', table.data()):
            end = strings.index(b'\0', name)
            self.symbols.append((strings[name:end].decode(), value, size, info & 15, info >> 4,
                                 shndx))

    def allocated(self):
        for index, section in enumerate(self.sections):
            if section['sh_flags'] & SHF_ALLOC and not section.name.startswith('.klp.rela'):
                yield index, section

    def place(self, index, address):
        section = self.sections[index]
        if section['sh_type'] == 'SHT_NOBITS':
            data = bytearray(section['sh_size'])
        else:
            data = bytearray(section.data())
        self.memory[index] = (address, data)


class Units:
    """Which object and which of its sections a piece of an output section comes from."""
    line = re.compile(r'^ (\S+)(?:\s*\n)?\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S+\.o\)?)$', re.M)

    def __init__(self, map_path=None, only=None):
        self.starts, self.pieces, self.only = [], [], only
        if not map_path:
            return
        with open(map_path) as f:
            text = f.read()
        # Before that come the sections that were left out, all at address 0.
        text = text[text.index('\nLinker script and memory map'):]
        pieces = []
        for match in self.line.finditer(text):
            section, address, size, unit = match.groups()
            if section.startswith(('.debug', '.comment', '.note')) or int(size, 16) == 0:
                continue
            unit = re.sub(r'(\w+)\.a\((.*)\)$', r'\2', unit)
            pieces.append((int(address, 16), int(size, 16), section, unit))
        pieces.sort()
        self.starts, self.pieces = [p[0] for p in pieces], pieces

    def find(self, address, section):
        """Unit and input section; without a map there is one unit."""
        if self.only:
            return self.only, section
        i = bisect.bisect_right(self.starts, address) - 1
        if i >= 0 and address < self.pieces[i][0] + self.pieces[i][1]:
            return self.pieces[i][3], self.pieces[i][2]
        return None, section


class World:
    def __init__(self):
        self.images = {}
        self.regions = []   # (start, end, data, section name, image), sorted when looked at
        self.things = []    # sorted by address when looked at
        self.by_name = {}   # name: things
        self.exports = {}   # name: address
        self.next = MODULES
        self.next_percpu = MODULES_PERCPU
        self.sorted = False

    # Loading ------------------------------------------------------------------------------

    def load_vmlinux(self, directory):
        image = Image('vmlinux', os.path.join(directory, 'vmlinux'))
        units = Units(os.path.join(directory, 'vmlinux.map'))
        for index, section in image.allocated():
            image.place(index, section['sh_addr'])
        self.add(image, lambda index, address: units.find(address, image.sections[index].name))

    def load_module(self, path, maps=None):
        """A module as it is on the disk; `maps` is the folder with the maps of its links."""
        name = os.path.basename(path)[:-3].replace('-', '_')
        image = Image(name, path)
        for index, section in image.allocated():
            align = max(section['sh_addralign'], 1)
            percpu = 'percpu' in section.name
            at = self.next_percpu if percpu else self.next
            at = (at + align - 1) // align * align
            image.place(index, at)
            if percpu:
                self.next_percpu = at + section['sh_size'] + 16
            else:
                self.next = at + section['sh_size'] + 16
        units = self.module_units(name, maps)

        def find(index, address):
            if maps is None:
                return None, image.sections[index].name
            section = image.sections[index].name
            return units(section, address - image.memory[index][0])
        self.add(image, find)
        return image

    @staticmethod
    def module_units(name, maps):
        """In a relocatable link every section begins at 0, so there is a map for each."""
        if maps is None:
            return None
        single = os.path.join(maps, name + '.unit')
        if os.path.exists(single):
            with open(single) as f:
                unit = f.read().strip()
            return lambda section, offset: (unit, section)
        units, by_section = Units(os.path.join(maps, name + '.map')), {}
        for start, size, section, unit in units.pieces:
            by_section.setdefault(section, []).append((start, start + size, unit))

        def find(section, offset):
            for start, end, unit in by_section.get(section, ()):
                if start <= offset < end:
                    return unit, section
            return name + '.mod.o', section
        return find

    def add(self, image, unit_of):
        self.images[image.name] = image
        self.sorted = False
        for index, (address, data) in image.memory.items():
            self.regions.append((address, address + len(data), data, image.sections[index].name,
                                 image))
        exported = set()
        for name, value, size, type_, bind, shndx in image.symbols:
            if shndx not in image.memory or type_ in (STT_SECTION, STT_FILE) or not name:
                continue
            if name.startswith('__ksymtab_'):
                exported.add(name[len('__ksymtab_'):])
            address = value if image.name == 'vmlinux' else value + image.memory[shndx][0]
            unit, section = unit_of(shndx, address)
            thing = Thing(image, unit, name, section, address, size, type_, bind != 0)
            self.things.append(thing)
            self.by_name.setdefault(name, []).append(thing)
        for name in exported:
            for thing in self.by_name.get(name, ()):
                if thing.image is image and thing.globl:
                    self.exports.setdefault(name, thing.address)

    # What the module loader does ------------------------------------------------------------

    def find_livepatch(self, name):
        """.klp.sym.OBJECT.NAME,POSITION: the POSITIONth of that name as kallsyms lists them."""
        match = re.fullmatch(r'\.klp\.sym\.([^.]+)\.(.+),(\d+)', name)
        image, wanted, position = match[1], match[2], int(match[3])
        there = [t for t in self.by_name.get(wanted, ())
                 if t.image.name == image and (image == 'vmlinux' or t.kind != 'init')]
        if image == 'vmlinux':
            there.sort(key=lambda t: t.address)
        if position == 0 and len(there) != 1 or position > len(there):
            raise LookupError(f'{name}: {len(there)} symbols of that name')
        return there[max(position - 1, 0)].address

    def symbol_address(self, image, symbol, unresolved):
        name, value, _, _, bind, shndx = symbol
        if shndx == SHN_LIVEPATCH:
            return self.find_livepatch(name)
        if shndx == SHN_UNDEF:
            if name in self.exports:
                return self.exports[name]
            if bind != 2 and name:
                unresolved.append(name)
            return 0
        if shndx == SHN_ABS:
            return value
        return value + image.memory[shndx][0] if shndx in image.memory else 0

    def relocate(self, image):
        """Returns the names of symbols that nobody exports."""
        unresolved = []
        for section in image.sections:
            if section['sh_type'] != 'SHT_RELA' or section['sh_info'] not in image.memory:
                continue
            base, data = image.memory[section['sh_info']]
            target = image.sections[section['sh_info']].name
            for offset, info, addend in struct.iter_unpack('<QQq', section.data()):
                size, relative = RELOCATIONS[info & 0xFFFFFFFF]
                symbol = image.symbols[info >> 32]
                value = self.symbol_address(image, symbol, unresolved) + addend
                if relative:
                    value -= base + offset
                data[offset:offset + size] = (value % (1 << 8 * size)).to_bytes(size, 'little')
                image.relocations.append((base + offset, info & 0xFFFFFFFF, target))
        image.relocations.sort()
        return unresolved

    # Looking ----------------------------------------------------------------------------------

    def sort(self):
        if not self.sorted:
            self.regions.sort(key=lambda r: r[0])
            self.things.sort(key=lambda t: (t.address, t.size))
            self.region_starts = [r[0] for r in self.regions]
            self.thing_starts = [t.address for t in self.things]
            self.sorted = True

    def region(self, address):
        self.sort()
        i = bisect.bisect_right(self.region_starts, address) - 1
        # Two may begin at one address where the first is empty.
        while i >= 0 and self.regions[i][1] <= address and self.regions[i][0] == address:
            i -= 1
        if i >= 0 and self.regions[i][0] <= address < self.regions[i][1]:
            return self.regions[i]
        return None

    def read(self, address, size):
        region = self.region(address)
        if not region:
            return b''
        return bytes(region[2][address - region[0]:address - region[0] + size])

    def read_signed(self, address, size):
        return int.from_bytes(self.read(address, size), 'little', signed=True)

    def containing(self, address):
        """All things that hold the address, or begin there without a size."""
        self.sort()
        found = []
        i = bisect.bisect_right(self.thing_starts, address) - 1
        for thing in self.things[max(i - 64, 0):i + 1]:
            if address < thing.address + thing.size or address == thing.address:
                found.append(thing)
        return found

    def adjacent(self, address):
        """The thing before the address and the one behind it."""
        self.sort()
        i = bisect.bisect_right(self.thing_starts, address)
        return self.things[max(i - 1, 0):i + 1]

    def named(self, name):
        return self.by_name.get(name, [])
