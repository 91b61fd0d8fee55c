#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The metrics of a simulated host, with texts that are hard to write in them. They are checked by
# the rules of the format, by promtool if it is available, and read back. TAP.
. "$(dirname "$0")/../tap"

# update ID STAGE CAUSE DESCRIPTION: makes the files with which the core shows an update
update() {
	mkdir -p "sysfs/$1"
	echo "$2" >"sysfs/$1/stage"
	echo "$3" >"sysfs/$1/abort_cause"
	printf '%s\n' "$4" >"sysfs/$1/description"
	echo 'vmlinux f 0x1 0x2 jump' >"sysfs/$1/functions"
	printf 'vmlinux lpatch_%s\nm waiting\n' "$1" >"sysfs/$1/objects"
	touch "sysfs/$1/constants" "sysfs/$1/hooks" "sysfs/$1/shadows" "sysfs/$1/outlives"
	echo no >"sysfs/$1/keep_code"
}

metrics() {
	./print-metrics sysfs records >metrics
}

follow_rules() {
	awk -f "$top/tests/cli/helpers/prometheus-check" metrics
}

# The format's rules are few; promtool also checks the names of metrics.
accepted() { # SENTENCE
	ok "$1: they follow the rules of the format" follow_rules
	if [ -n "$promtool" ]; then
		ok "$1: promtool has nothing to say" "$promtool" check metrics <metrics
		holds "$1: no output" [ ! -s out ]
	else
		skip "$1: promtool has nothing to say" "there is no promtool to be had"
	fi
}

# description ID: of that update, with escapes decoded
description() {
	sed -n "s/^lpatch_update_info{id=\"$1\",.*description=\"\(.*\)\"} 1\$/\1/p" metrics |
		awk '{
			while (length($0)) {
				letter = substr($0, 1, 1)
				if (letter == "\\") {
					$0 = substr($0, 2)
					letter = substr($0, 1, 1)
					letter = letter == "n" ? "\n" : letter
				}
				printf "%s", letter
				$0 = substr($0, 2)
			}
			print ""
		}'
}

reads_back() { # ID TEXT
	[ "$(description "$1")" = "$2" ]
}

promtool=$("$top/tests/promtool" 2>/dev/null) || promtool=
ar rcs parts.a "$top"/build/obj/apply/[!l]*.o "$top"/build/obj/apply/load.o \
	"$top"/build/obj/common/*.o
# The linker takes only the needed members of the libraries.
ok "the program is built" "${CC:-cc}" -D_GNU_SOURCE -I"$top" -o print-metrics -Wl,--as-needed \
	"$top/tests/cli/helpers/print-metrics.c" parts.a -ldw -lelf -larchive -lcrypto -lnettle \
	-ljson-c -lzstd -llzma -llz4 -lz

ok "metrics of a host without updates" metrics
accepted "without updates"
holds "the core is not loaded" grep -qx 'lpatch_core_loaded 0' metrics

awkward='say "yes" \ \n no'
two_lines='one
two \'
mkdir -p sysfs records
echo 3 >sysfs/abi
update plain applied none ''
update quotes applied none "$awkward"
update lines reversed stack_busy "$two_lines"
update letters preparing text_mismatch 'Grüße, 世界 {}=,#'
printf '%s\n' '{"program": "lpatch-\"apply\"\\", "status": 8, "time": 1700000000, "message": "no"}' \
	>records/last-error.json
printf '%s\n' '{"applied": 2, "failed": 1, "skipped": 0, "disabled": "a \"reason\""}' \
	>records/last-boot.json
ok "metrics of a host with awkward updates" metrics
accepted "with awkward texts"
holds "quotes and backslashes read back as they were" reads_back quotes "$awkward"
holds "so do two lines" reads_back lines "$two_lines"
holds "and letters of other languages" reads_back letters 'Grüße, 世界 {}=,#'
holds "and nothing" reads_back plain ''
holds "updates are counted by stage" grep -qx 'lpatch_updates{stage="applied"} 2' metrics
holds "each has why it failed last" grep -q '{id="lines",stage="reversed",last_failure="stack_busy"' \
	metrics
holds "the failure has its time" grep -q '^lpatch_last_error_timestamp_seconds{.*} 1700000000$' metrics
holds "the boot is told" grep -qx 'lpatch_boot_updates{result="failed"} 1' metrics
holds "and that it was turned off" grep -qx 'lpatch_boot_disabled 1' metrics

# What checks must be able to say no.
cp metrics good
for damage in 's/\\"/"/' 's/^lpatch_core_loaded 1/lpatch_core_loaded x/' '/^# TYPE lpatch_updates /d' \
	's/^lpatch_updates{/lpatch-updates{/'; do
	sed "$damage" good >metrics
	cmp -s good metrics && damage="$damage (does nothing)"
	exits 1 "damaged metrics break the rules: $damage" follow_rules
done

plan
