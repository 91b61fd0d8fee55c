#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A damaged module: lpatch-create reports it and leaves no bundle. LPATCH_TEST_ROOT is the root of
# the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")

# create OPTION...: for the stock kernel.
create() {
	"$bin/lpatch-create" --root="$root" --target="$release" --id=spoilt \
		--patch="$top/tests/vm/patches/gcd-of-zero.patch" "$@"
}

# spoil OPTION...: the same, with something wrong in the update's module.
spoil() {
	LD_PRELOAD=$work/spoil.so create "$@"
}

gcc -D_GNU_SOURCE -Wall -Werror -shared -fPIC -o spoil.so "$top/tests/cli/helpers/spoil-module.c" ||
	exit 1

exits 1 "a module whose last section header is garbage is an internal error" spoil -q
says "file, section and fault are named in one line" \
	'lpatch-spoilt.tar.zst is not as planned: lpatch_spoilt.ko: section header [0-9]+ is of a kind that no module has: 0x5e5e5e5e$'
says "and what to do" 'Nothing was written\..*please report it'
holds "no bundle is left behind" [ -z "$(find . -name '*.tar.zst*')" ]

ok "without that, there is an update" create -q -o made.tar.zst
cp made.tar.zst before
exits 1 "a wrong one" spoil -q -o made.tar.zst
holds "leaves the one alone that was there" cmp made.tar.zst before

plan
