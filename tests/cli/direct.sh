#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Neither the core nor an update calls a function by pointer, or stores its address, if only direct
# calls may reach it (IBT; QEMU does not emulate it, so the files are checked). If the kernel has no
# list of such functions, the core must do so with no function that isn't exported, while an update
# may store the addresses that the original stores. So both are checked again with the list of a
# newer kernel, by name. In a kernel with IBT also every pointer of the core and of updates to code of
# their own must lead to an endbr64. LPATCH_TEST_ROOT is the root of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")
image=$root/boot/vmlinuz-$release
symvers=$root/usr/src/linux-headers-$release/Module.symvers
has_ibt=
! grep -q -x CONFIG_X86_KERNEL_IBT=y "$root/boot/config-$release" || has_ibt=1

# P: two members may have one name, in folders of their own.
(cd "$top/build/obj" && find create diffobj common object -name '*.o' ! -name main.o \
	-exec ar rcsP "$work/parts.a" {} +)
compile() { # PROGRAM
	"${CC:-cc}" -D_GNU_SOURCE -I"$top" -o "$1" -Wl,--as-needed "$top/tests/cli/helpers/$1.c" \
		parts.a -lbpf -ldw -lelf -larchive -lcrypto -lnettle -ljson-c -lzstd -llzma -llz4 -lz
}
ok "one program is built" compile indirect
ok "and the other" compile endbr

# Once, and not again for each bundle.
decompress() { # IMAGE TO
	./indirect -x "$1" >"$2"
}
ok "the kernel's image is decompressed" decompress "$image" image
image=image

# core BUNDLE: the core that is in it, as lpatch.ko.
core() {
	tar --zstd -xf "$1" lpatch.ko
}

bundle=$("$top/tests/bundle" meminfo-line)
ok "the core is extracted from a bundle" core "$bundle"
ok "the core uses symbols that are not exported only by direct calls" \
	./indirect "$image" "$symvers" lpatch.ko
says "and does so" '^[1-9][0-9]+ direct calls; ' out

# What such a check is worth: a stored address, one in code, and a call.
cat >stored.c <<'END'
extern void find_module(void);
void (*stored)(void) = find_module;
void *in_code(void) { return find_module; }
void call(void) { find_module(); }
END
ok "an object that stores an address is compiled" \
	"${CC:-cc}" -O2 -ffreestanding -fno-PIE -mcmodel=kernel -c stored.c
exits 1 "it is found" ./indirect "$image" "$symvers" stored.o
says "where it is stored" '^stored.o: .*data.* refers to find_module$' out
says "where code has it" '^stored.o: .text.* refers to find_module$' out
holds "the call is none of them" [ "$(wc -l <out)" -eq 2 ]

# Debian's 6.1 has no list; that of the newest kernel which the archive has for this release does.
list='' why="kernel $release has no list, and the archive no newer kernel"
if [ -z "$has_ibt" ]; then
	newer=$("$top/tests/kernels" -i 6.12 2>err) && list="-l newer"
fi
# shellcheck disable=SC2086 # two words, or none
update_is_direct() { # BUNDLE: its core and all its modules
	rm -rf update && mkdir update && tar --zstd -xf "$1" -C update &&
		./indirect $list "$image" "$symvers" update/*.ko
}

if [ -n "$list" ]; then
	ok "and so is that one's" decompress "$newer" newer
	ok "by the list of $(basename "$(dirname "$newer")"), too" update_is_direct "$bundle"
	says "the list has most functions that the core calls" \
		"^(1[5-9]|[2-9][0-9]) direct calls; by another kernel's list" out
	exits 1 "a symbol of the list is found" \
		./indirect $list "$image" "$symvers" stored.o
	says "where it is stored" '^stored.o: .*data.* refers to find_module$' out
fi
if [ -n "$list$has_ibt" ]; then
	for bundle in "$top/build/bundles/$release"/*.tar.zst; do
		ok "so does $(basename "$bundle")" update_is_direct "$bundle"
	done
else
	skip "updates of the suite" "$why"
fi

# The CPU lets an indirect branch end only at an endbr64, in code of the core and of updates, too.
cat >pointer.c <<'END'
static int number(void) { return 1; }
int (*stored)(void) = number;
END
cat >switch.c <<'END'
int f(void), g(void), h(void), i(void), k(void);
int choose(int n)
{
	switch (n) {
	case 0: return f();
	case 1: return g();
	case 2: return h();
	case 3: return i();
	case 4: return k();
	}
	return 0;
}
END
to_object() { # SOURCE OBJECT OPTION...
	from=$1 to=$2
	shift 2
	"${CC:-cc}" -O2 -ffreestanding -fno-PIE -mcmodel=kernel "$@" -c -o "$to" "$from"
}
# Kernels don't let a jump with that prefix end elsewhere, as they could (S_CET.NOTRACK_EN is 0).
has_notrack() { # FILE...
	objdump -d "$@" >code || return 2
	grep notrack code
}
ok "a stored function is compiled for IBT" to_object pointer.c good.o -fcf-protection=branch
ok "its pointer leads to an endbr64" ./endbr good.o
says "and is seen" '^1 pointers to code' out
ok "and not for IBT" to_object pointer.c bad.o -fcf-protection=none
exits 1 "its pointer doesn't" ./endbr bad.o
says "which is said" '^bad.o: .data.* points to .text.* [(]number[)], which is no endbr64$' out
ok "a switch is compiled to a table" to_object switch.c table.o -fcf-protection=branch
exits 1 "the table is found" ./endbr table.o
says "by its labels" '^table.o: .rodata.* points to .text.* [(]choose[)], which is no endbr64$' out
ok "and by its jump" has_notrack table.o

# unpack_updates: the modules of all bundles, except the core, which is the same in each.
unpack_updates() {
	for bundle in "$top/build/bundles/$release"/*.tar.zst; do
		mkdir -p "updates/${bundle##*/}" &&
			tar --zstd -xf "$bundle" -C "updates/${bundle##*/}" --exclude=lpatch.ko || return
	done
}
if [ -n "$has_ibt" ]; then
	ok "each pointer of the core leads to an endbr64" ./endbr lpatch.ko
	says "of which there are many" '^[1-9][0-9]+ pointers' out
	ok "the updates of the suite are unpacked" unpack_updates
	ok "and so does each of theirs" ./endbr updates/*/*.ko
	exits 1 "no jump is exempt" has_notrack lpatch.ko updates/*/*.ko
else
	skip "pointers of core and updates" "kernel $release has no IBT"
fi

# No look-up by name, and no probe, at run time.
ok "the core's undefined symbols are listed" nm -u lpatch.ko
holds "none of them looks up other symbols" \
	sh -c '! grep -E "kallsyms|sprint_symbol|register_kprobe" out'

plan
