# SPDX-License-Identifier: GPL-2.0-or-later
# What a guest script can use. Each test is a sentence and a command; what the
# command printed is shown if the test fails, and is in $OUT afterwards.

OUT=/tmp/out
tests=0

result() { # VERDICT SENTENCE: one line of TAP
	tests=$((tests + 1))
	echo "$1 $tests - $2"
	[ "$1" = ok ] || sed 's/^/#   /' $OUT
}

# exits STATUS SENTENCE COMMAND...: the command must end with that status.
exits() {
	local wanted=$1 sentence=$2 status=0

	shift 2
	"$@" >$OUT 2>&1 || status=$?
	if [ $status -eq "$wanted" ]; then
		result ok "$sentence"
	else
		echo "[exit status $status instead of $wanted: $*]" >>$OUT
		result "not ok" "$sentence"
	fi
}

# ok SENTENCE COMMAND...: the command must succeed.
ok() {
	exits 0 "$@"
}

# fails SENTENCE COMMAND...: the command must end with some other status than 0.
fails() {
	local sentence=$1

	shift
	if "$@" >$OUT 2>&1; then
		echo "[exit status 0: $*]" >>$OUT
		result "not ok" "$sentence"
	else
		result ok "$sentence"
	fi
}

# says SENTENCE REGEX [FILE]: a line of the file, by default of the last command's output, matches.
says() {
	local file=${3:-$OUT}

	if grep -q -E -- "$2" "$file"; then
		result ok "$1"
	else
		{
			echo "[no line matches '$2' in:]"
			cat "$file"
		} >$OUT.says
		mv $OUT.says $OUT
		result "not ok" "$1"
	fi
}

# says_no SENTENCE REGEX: no line of the last command's output matches. (As a command of
# fails(), grep would find $OUT empty: what it prints goes there.)
says_no() {
	if grep -E -e "$2" $OUT >$OUT.says; then
		sed -i "s/^/[a line matches '$(echo "$2" | sed 's/[\\&/]/\\&/g')':] /" $OUT.says
		mv $OUT.says $OUT
		result "not ok" "$1"
	else
		result ok "$1"
	fi
}

# one_line SENTENCE REGEX: the last command said one line, perhaps with a hint below, that
# matches.
one_line() {
	says "$1" "$2"
	[ "$(grep -c '^lpatch-' $OUT)" = 1 ] && set -- "$1" ok || set -- "$1" "not ok"
	result "$2" "$1, on one line"
}

# wait_for SECONDS COMMAND...: until the command succeeds; fails when the time is over.
wait_for() {
	local tries=$(($1 * 20))

	shift
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		usleep 50000
	done
}

# is_moved: what decompressed the kernel chose an address for it at random (KASLR_FLAG in loadflags,
# Documentation/x86/boot.rst, Linux 6.1); which may be the one that it is linked for.
is_moved() {
	[ $(($(od -A n -t u1 -j 529 -N 1 /sys/kernel/boot_params/data) & 2)) = 2 ]
}

# load_modules: loads the modules that the test's comment "loads" lists.
load_modules() {
	local module

	while read -r module; do
		insmod "/modules/$module" || return 1
	done </modules/order
}

# tell_stops: how long each update that came or went has stopped the machine; no test.
tell_stops() {
	dmesg | sed -n 's/.*\] lpatch: \(.*\): \(.* functions\).* stood still for \(.* us\)$/# \1, \2: \3/p'
}

# literal TEXT: a regular expression (grep -E) for just that text; a release may have a plus sign.
literal() {
	echo "$1" | sed 's/[][\\.*^$+?(){}|]/\\&/g'
}

# landing: how many bytes an endbr64 takes in front of a function's fentry slot. A kernel with
# CONFIG_X86_KERNEL_IBT has one there (arch/x86/include/asm/ibt.h, Linux 6.1), and a kprobe on it
# is moved behind it (arch_adjust_kprobe_addr()).
landing() {
	grep -q ' ibt_save$' /proc/kallsyms && echo 4 || echo 0
}
