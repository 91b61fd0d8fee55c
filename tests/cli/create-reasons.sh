#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The reasons that lpatch-create gives for each function of an update: a diff that changes an inline
# function and a macro of a header, a table, and a function. LPATCH_TEST_ROOT is the root of the
# kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")

part=$(LPATCH_TEST_ROOT=$root "$top/tests/source-part") || exit 1

# edit FILE SED-SCRIPT: adds the change to reasons.patch.
edit() {
	sed "$2" "$part/linux/$1" >edited
	diff -u --label "a/$1" --label "b/$1" "$part/linux/$1" edited >>reasons.patch || :
}
edit include/linux/sched/loadavg.h 's/newload += FIXED_1-1;/newload += FIXED_1 \/ 2;/
	s/^\(#define LOAD_FRAC.*\)\* 100)$/\1* 99)/'
edit net/ipv4/proc.c 's/^\(.*SNMP_MIB_ITEM("\)MemErrors\(", UDP_MIB_MEMERRORS),\)$/&\n\1Again\2/'
edit fs/proc/uptime.c '/^	seq_printf(m, "%lu/i\	cond_resched();'

reason() { # FUNCTION PATTERN: the function's entry in out, JSON on several lines, matches
	tr '\n' ' ' <out | grep -o -E "\\{ *\"name\": *\"$1\", *\"kind\"[^}]*\\}" | grep -q -E -e "$2"
}

ok "a diff of four kinds of changes is an update" "$bin/lpatch-create" --root="$root" \
	--target="$release" -q --json --id=reasons --patch=reasons.patch -o reasons.tar.zst
holds "a function with a line of the diff in it has changed" reason uptime_proc_show \
	'"reason": *"changed", *"why": *"changed by the diff"'
holds "one uses the macro" reason loadavg_proc_show \
	'"reason": *"uses", *"cause": *"LOAD_FRAC", *"why": *"uses the macro LOAD_FRAC, which changed"'
holds "so does one of another directory" reason psi_show '"cause": *"LOAD_FRAC"'
holds "one inlines the function of the header" reason calc_global_load \
	'"reason": *"inlines", *"inlined": *"calc_load", *"why": *"inlines calc_load, which changed"'
holds "one follows the table" reason "snmp_seq_show_tcp_udp[a-z.0-9]*" \
	'"reason": *"follows", *"cause": *"snmp4_udp_list".*"refers to snmp4_udp_list, which moves'
holds "and no function is there without a true reason" sh -c \
	'! grep -q -E "\"reason\": *\"differs\"" out'
ok "lpatch-view says the same" "$bin/lpatch-view" --file=reasons.tar.zst
for line in 'uptime_proc_show, changed by the diff' \
	'loadavg_proc_show, uses the macro LOAD_FRAC, which changed' \
	'calc_global_load, inlines calc_load, which changed' \
	'snmp_seq_show_tcp_udp[a-z.0-9]*, refers to snmp4_udp_list, which moves into the update'; do
	says "of ${line%%,*}" "^  vmlinux: replaced ${line%%,*} \(.*\): ${line#*, }\$" out
done
ok "and so does -v" "$bin/lpatch-create" --root="$root" --target="$release" -v --check \
	--patch=reasons.patch
says "of what follows" 'replaced snmp_seq_show_tcp_udp[a-z.0-9]* \(.*\): refers to snmp4_udp_list, which moves into the update'
plan
