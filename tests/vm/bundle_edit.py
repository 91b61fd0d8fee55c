# SPDX-License-Identifier: GPL-2.0-or-later
"""Bundles with a file that was changed, whose digests are right all the same; for *.prepare."""
import hashlib, io, json, re, subprocess, tarfile


def read_bundle(path):
    """The files of a bundle, by name."""
    data = subprocess.run(['zstd', '-q', '-d', '-c', path], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def write_bundle(path, members):
    """A bundle of these files, with their digests in the manifest."""
    manifest = json.loads(members['manifest.json'])
    for file in manifest['files']:
        file['sha256'] = hashlib.sha256(members[file['name']]).hexdigest()
    members['manifest.json'] = json.dumps(manifest).encode()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode='w', format=tarfile.USTAR_FORMAT) as tar:
        for member, data in members.items():
            info = tarfile.TarInfo(member)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    subprocess.run(['zstd', '-q', '-o', path], input=buffer.getvalue(), check=True)


def symbol(path, name):
    """Where a symbol of .rodata is in the file of a module, and its size."""
    run = lambda *words: subprocess.run(words, check=True, capture_output=True, text=True).stdout
    section = re.search(r'\] \.rodata +PROGBITS +[0-9a-f]+ ([0-9a-f]+)', run('readelf', '-SW', path))
    address, size = re.search(rf'^(\w+) (\w+) r {name}$', run('nm', '-S', path), re.M).groups()
    return int(section[1], 16) + int(address, 16), int(size, 16)
