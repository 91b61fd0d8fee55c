# SPDX-License-Identifier: GPL-2.0-or-later
"""What a patch of this folder says of itself: see README in tests/truth."""
import re


def unit(source):
    return re.sub(r'\.[cS]$', '.o', source)


class Patch:
    def __init__(self, path):
        with open(path) as f:
            text = f.read()
        head = text.split('\ndiff --git ')[0]
        self.fields = dict(re.findall(r'^([A-Z][a-z-]*): (.*)$', head, re.M))
        self.title = ' '.join(head.split('\n\n')[0].split())
        self.files = set(re.findall(r'^(?:---|\+\+\+) [ab]/(\S+)', text, re.M))
        self.files |= set(re.findall(r'^rename (?:from|to) (\S+)', text, re.M))
        self.renamed = {unit(new): unit(old) for old, new in
                        re.findall(r'^rename from (\S+)\nrename to (\S+)', text, re.M)}
        # New place and name: old place and name.
        self.same = {}
        for pair in filter(None, self.fields.get('Same', '').split(', ')):
            old, new = (tuple(p.split(':')) for p in pair.split())
            self.same[unit(new[0]), new[1]] = (unit(old[0]), old[1])

    def units(self):
        return {unit(f) for f in self.files if f.endswith('.c')}

    def touches(self, name):
        return name in self.units()

    def old_unit(self, name):
        return self.renamed.get(name, name)

    def new_unit(self, name):
        return {old: new for new, old in self.renamed.items()}.get(name, name)
