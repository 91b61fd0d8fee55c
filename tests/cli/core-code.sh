#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Properties of the core's machine code that no guest shows. Its NMI handler, which runs in every
# NMI on every CPU, does not touch memory of other CPUs unless text is being written; and the CPU
# that writes text executes a serialising instruction before it continues. The modules have nothing
# for which the kernel would tell every CPU something more while it loads them: no static call, and
# no code for init alone. And each of its files includes what it uses. LPATCH_TEST_ROOT is the root
# of the kernel. TAP.
. "$(dirname "$0")/../tap"

# code FUNCTION: an instruction a line, and relocations as of objdump -dr.
code() {
	objdump -dr --no-show-raw-insn lpatch.ko | sed -n "/<$1>:$/,/^$/p" | sed 1d
}

# What the handler does before it first decides anything.
begin_of_handler() {
	code wait_in_nmi | sed '/\tj[a-z]* /q'
}

# The handler begins by finding its CPU's memory, looks there, and decides.
looks_at_own_memory_only() {
	begin_of_handler
	begin_of_handler
	begin_of_handler | grep -q 'R_X86_64_PC32.*this_cpu_off' &&
		! begin_of_handler | grep 'R_X86_64' | grep -v 'this_cpu_off\|percpu' &&
		! begin_of_handler | grep 'call'
}

no_locked_instruction() {
	! code wait_in_nmi | grep -E '	(lock|xchg|mfence)'
}

# code_calls FUNCTION CALLED
code_calls() {
	code "$1" | grep -E "R_X86_64_(PLT32|PC32).*$2"
}

# code_has FUNCTION WORD
code_has() {
	code "$1" | grep -w "$2"
}

# has_section MODULE NAME
has_section() {
	readelf -SW "$1" | grep -F " $2 "
}

has_no_section() {
	has_section "$1" .text && ! has_section "$1" "$2"
}

bundle=$("$top/tests/bundle" meminfo-line) || exit 1
zstd -q -d -c "$bundle" | tar x lpatch.ko lpatch_meminfoline.ko || exit 1

ok "the NMI handler first looks at memory of its own CPU, and nowhere else" \
	looks_at_own_memory_only
ok "it has no locked instruction" no_locked_instruction
ok "the CPU that redirects functions executes a serialising instruction before the stop ends" \
	code_calls lpatch_plan_switch lpatch_text_written
ok "with an iret" code_has lpatch_text_written iretq
ok "the core has no static call" has_no_section lpatch.ko .static_call_sites
ok "the core has no code for init alone" has_no_section lpatch.ko .init.text
ok "nor has an update" has_no_section lpatch_meminfoline.ko .init.text

# The files of a layer are compiled as one, where one may use what only another includes.
create_alone() {
	mkdir -p alone/bin alone/share/lpatch &&
		cp "$bin/lpatch-create" alone/bin/ &&
		cp -r "$top/core-module" "$top/kpatch-templates" alone/share/lpatch/ &&
		sed -i '1i LPATCH_EACH_FILE := y' alone/share/lpatch/core-module/Kbuild &&
		alone/bin/lpatch-create --root="$root" --target="$(ls "$root/lib/modules")" \
			--patch="$top/examples/meminfo-line.patch" -o alone.tar.zst
}

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
ok "each file of the core compiles alone" create_alone

plan
