#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# make from a clean checkout, make install, uninstall and clean. TAP.
. "$(dirname "$0")/../tap"

programs='lpatch-create lpatch-apply lpatch-view lpatch-undo diffobj'

# The files that git tracks, and new ones that it does not ignore, as they are now.
checkout() {
	mkdir clean
	(cd "$top" && git ls-files -z -c -o --exclude-standard | xargs -0 tar -c --) | tar -x -C clean
}

listing() {
	find "$1" | sort
}

installed() {
	for program in $programs; do
		[ -x "root/usr/bin/$program" ] || return 1
	done
	[ -s root/usr/share/lpatch/core-module/lpatch_abi.h ] &&
		[ -s root/usr/share/lpatch/kpatch-templates/update.c ]
}

works_from() { # DIRECTORY
	for program in $programs; do
		"$1/$program" --help >/dev/null || return 1
	done
}

ok "a clean checkout can be made" checkout
listing clean >before
ok "make builds everything" make -C clean -j"$(nproc)" CC="${CC:-gcc}"
holds "without output on standard error" test ! -s err
holds "the programs run" works_from clean/build/bin
holds "nothing is written outside build/" sh -c \
	'find clean -path clean/build -prune -o -print | sort | cmp -s - before'
ok "a second make has nothing to do" make -C clean -q
ok "make install succeeds" make -C clean install DESTDIR="$work/root" PREFIX=/usr
holds "every file is installed in its directory" installed
holds "the installed programs run" works_from root/usr/bin
ok "make uninstall succeeds" make -C clean uninstall DESTDIR="$work/root" PREFIX=/usr
holds "and leaves no file" sh -c '[ -z "$(find root ! -type d)" ]'
ok "make clean succeeds" make -C clean clean
listing clean >after
holds "the tree is as it was" cmp before after
plan
