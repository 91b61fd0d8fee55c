#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lpatch-apply, lpatch-view and lpatch-undo where no kernel is needed: wrong usage, bad bundles,
# bundles for other hosts, users without the rights. TAP.
#
# Nothing here may load a module: the one bundle that is for the running kernel
# holds nothing that could be run, and is only ever given to an unprivileged lpatch-apply.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
bin=$top/build/bin
work=$(mktemp -d "${TMPDIR:-/tmp}/lpatch-cli.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work" || exit 1
count=0

result() { # VERDICT SENTENCE
	count=$((count + 1))
	echo "$1 $count - $2"
	[ "$1" = ok ] || sed 's/^/#   /' out err
}

# run STATUS SENTENCE COMMAND...: the command must end with that status, with
# one line (and perhaps a hint, indented) on standard error if it fails.
run() {
	wanted=$1 sentence=$2
	shift 2
	"$@" >out 2>err
	status=$?
	if [ $status -ne "$wanted" ]; then
		echo "[exit status $status instead of $wanted: $*]" >>err
		result "not ok" "$sentence"
	elif [ $status -ge 7 ] && [ "$(grep -c '^[^ ]' err)" -ne 1 ]; then
		echo '[not one line on standard error]' >>err
		result "not ok" "$sentence"
	else
		result ok "$sentence"
	fi
}

# says SENTENCE REGEX FILE: a line of the file matches.
says() {
	if grep -q -E -- "$2" "$3"; then
		result ok "$1"
	else
		echo "[no line of $3 matches '$2']" >>err
		result "not ok" "$1"
	fi
}

says_nothing() { # SENTENCE FILE
	if [ -s "$2" ]; then
		result "not ok" "$1"
	else
		result ok "$1"
	fi
}

# is_json SENTENCE: standard output is one JSON object and nothing else.
is_json() {
	if ./json-check <out >>err 2>&1; then
		result ok "$1"
	else
		result "not ok" "$1"
	fi
}

unprivileged() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}

no_capability() { # root without CAP_SYS_MODULE
	setpriv --bounding-set=-sys_module --inh-caps=-sys_module "$@"
}

build() { # PROGRAM SOURCE OBJECT...
	program=$1
	shift
	${CC:-cc} -D_GNU_SOURCE -I"$top" -o "$program" "$@" \
		-larchive -lcrypto -ljson-c -lnettle -lzstd >build.log 2>&1 && return
	echo "Bail out! can't build $program"
	cat build.log
	exit 1
}

objects=$top/build/obj
# The linker takes only the needed members of the library.
ar rcs common.a "$objects"/common/*.o
build make-bundle "$top/tests/cli/helpers/make-bundle.c" "$top/tests/unit/tiny_module.c" \
	"$objects"/apply/host.o common.a
build json-check "$top/tests/cli/helpers/json-check.c"

./make-bundle good.tar.zst good running running running || exit 1
./make-bundle release.tar.zst a 1.2.3-other running running || exit 1
./make-bundle arch.tar.zst a running s390x running || exit 1
./make-bundle build-id.tar.zst a running running 00112233 || exit 1
./make-bundle controls.tar.zst a running running running "$(printf '\033')[2Jhidden
" || exit 1
head -c 100 good.tar.zst >truncated.tar.zst
{ head -c 200 good.tar.zst; head -c 20 /dev/zero; tail -c +221 good.tar.zst; } >damaged.tar.zst
{ cat good.tar.zst; echo; } >longer.tar.zst
chmod 644 ./*.tar.zst

# Wrong usage
run 2 'lpatch-apply without a bundle is wrong usage' "$bin/lpatch-apply"
run 2 'lpatch-apply with two bundles is wrong usage' "$bin/lpatch-apply" a b
run 2 'lpatch-apply with an unknown option is wrong usage' "$bin/lpatch-apply" --nonsense a
run 2 'lpatch-apply --retries takes a number only' "$bin/lpatch-apply" --retries=-1 good.tar.zst
says 'and the option is named' '^lpatch-apply: --retries=-1: not a number' err
run 2 'lpatch-undo without an id is wrong usage' "$bin/lpatch-undo"
run 2 'lpatch-undo with an invalid id is wrong usage' "$bin/lpatch-undo" ../../etc
run 2 'lpatch-view with what could be an id is wrong usage' "$bin/lpatch-view" abc
says 'and the option is named' 'did you mean --id=abc or --file=abc' err
run 2 'lpatch-view with two bundles is wrong usage' "$bin/lpatch-view" good.tar.zst other.tar.zst
run 2 'lpatch-view with --id and a bundle is wrong usage' "$bin/lpatch-view" --id=a good.tar.zst
run 2 'lpatch-view with --id and --file is wrong usage' "$bin/lpatch-view" --id=a --file=b
run 2 'lpatch-view with an unknown format is wrong usage' "$bin/lpatch-view" --format=xml
run 2 'lpatch-view --format=prometheus takes no other option' \
	"$bin/lpatch-view" --format=prometheus --id=a
for program in lpatch-apply lpatch-view lpatch-undo; do
	run 0 "$program --help succeeds" "$bin/$program" --help
	lines=$(wc -l <out)
	run 0 "and its $lines lines fit a screen of 24" test "$lines" -le 24
	run 0 "$program --version succeeds" "$bin/$program" --version
	says 'and says the version' "^$program [0-9]" out
done

run 2 'an empty file name is refused' "$bin/lpatch-apply" ''
run 2 'nor for lpatch-view' "$bin/lpatch-view" --file=
run 2 'an id that is too long is refused' "$bin/lpatch-undo" "$(printf '%05000d' 0)"
run 0 'and not shown in full' test "$(wc -c <err)" -lt 200

# Bad bundles
for program in lpatch-apply 'lpatch-apply --check' 'lpatch-view --file'; do
	case $program in
	*--file) set -- "$bin/lpatch-view" --file ;;
	*--check) set -- "$bin/lpatch-apply" --check ;;
	*) set -- "$bin/lpatch-apply" ;;
	esac
	run 10 "$program: a bundle that isn't there is refused" "$@" absent.tar.zst
	says 'and a message says why' "can't open absent.tar.zst: No such file" err
	run 10 "$program: a file that is no bundle is refused" "$@" make-bundle
	says 'and a message says why' 'it is not a zstd file' err
	run 10 "$program: an empty file is refused" "$@" /dev/null
	run 10 "$program: a folder is refused" "$@" .
	run 10 "$program: a truncated bundle is refused" "$@" truncated.tar.zst
	says 'and a message says why' '^lpatch-[a-z]*: bad bundle truncated.tar.zst: it is truncated$' err
	run 10 "$program: a damaged bundle is refused" "$@" damaged.tar.zst
	says 'and a message says why' '^lpatch-[a-z]*: bad bundle damaged.tar.zst: it is damaged: ' err
	run 10 "$program: a bundle with something behind it is refused" "$@" longer.tar.zst
done

truncate -s 100M large
run 1 'too little memory for a bundle is no fault of the bundle' \
	sh -c "ulimit -v 60000; exec '$bin/lpatch-view' --file=large"
says 'and a message says so' '^lpatch-view: out of memory$' err
truncate -s 20G large
run 10 'a file that is too large is not read' "$bin/lpatch-view" --file=large
says 'and the limit is named' 'large: it is larger than [0-9]+ bytes' err
mkfifo pipe
run 10 'a pipe is refused without waiting' "$bin/lpatch-view" --file=pipe
says 'and a message says why' 'pipe: not a plain file' err
tar -c good.tar.zst | zstd -q -o other.tar.zst
run 10 'another archive is refused' "$bin/lpatch-view" --file=other.tar.zst
says 'and what is missing there' 'manifest.json: another member is in its place' err
head -c 200000000 /dev/zero | zstd -q -o bomb.tar.zst
run 10 'a decompression bomb is refused' "$bin/lpatch-view" --file=bomb.tar.zst
says 'and what it is' 'bomb.tar.zst: it holds more than [0-9]+ bytes' err

# Bundles for other hosts
run 9 'a bundle for another release is refused' "$bin/lpatch-apply" release.tar.zst
says 'and both releases are named' "release is 1.2.3-other, the running kernel's is $(uname -r)" err
run 9 'a bundle for another architecture is refused' "$bin/lpatch-apply" arch.tar.zst
run 9 'a bundle for another build of the same release is refused' "$bin/lpatch-apply" build-id.tar.zst
says 'and both build ids are named' 'build id is 00112233, .* [0-9a-f]{40}' err
run 9 '--check refuses it too' "$bin/lpatch-apply" --check build-id.tar.zst
run 9 'with --json, too' "$bin/lpatch-apply" --json release.tar.zst
is_json 'and standard output is one JSON object'
says 'that has the exit status' '"status": ?9,' out

# Signatures (this host has no trusted signers)
if [ ! -e /etc/lpatch/trusted.d ]; then
	run 10 'a missing signature that is required is an error' "$bin/lpatch-apply" --require-signature good.tar.zst
	says 'and a message says so' 'a signature is required, and no certificate is trusted' err
	run 10 'with --check, too' "$bin/lpatch-apply" --check --json --require-signature good.tar.zst
	is_json 'and standard output is one JSON object'
	says 'that names the check' '"check": ?"signature"' out
	"$bin/lpatch-apply" --check --json --require-signature release.tar.zst >both 2>said
	run 0 'of two checks that fail the first gives the status' test $? -eq 10
	says 'both failed checks are reported: the first' 'a signature is required' said
	says 'and the second' 'its release is 1.2.3-other' said
	run 1 'and without an empty hint' grep -n '^ *$' said
	says 'nor for programs' '"hint": ?null' both
	run 0 'and the last line ends' sh -c '[ -z "$(tail -c 1 said)" ]'
fi

# Users that may not
run 2 'lpatch-apply refuses users other than root' unprivileged "$bin/lpatch-apply" good.tar.zst
says 'and says so' '^lpatch-apply: must be run as root$' err
run 2 'lpatch-apply --check too' unprivileged "$bin/lpatch-apply" --check good.tar.zst
run 2 'lpatch-undo refuses users other than root' unprivileged "$bin/lpatch-undo" abc
says 'and says so' '^lpatch-undo: must be run as root$' err
if [ "$(id -u)" -eq 0 ]; then
	run 2 'lpatch-apply refuses to work without CAP_SYS_MODULE' \
		no_capability "$bin/lpatch-apply" good.tar.zst
	says 'and says so' 'must be run with the capability CAP_SYS_MODULE' err
fi

# Unknown ids, and nothing there
if [ ! -e /sys/kernel/lpatch ]; then
	run 0 'lpatch-view without updates succeeds' "$bin/lpatch-view"
	says_nothing 'and prints nothing' out
	run 0 'lpatch-view --json without updates succeeds' "$bin/lpatch-view" --json
	is_json 'and prints one JSON object'
	says 'of a schema with a version' '"schema": ?2,' out
	run 0 'lpatch-view --format=json is the same' "$bin/lpatch-view" --format=json
	is_json 'and prints one JSON object'
	run 0 'lpatch-view --format=prometheus without updates succeeds' \
		"$bin/lpatch-view" --format=prometheus
	cp out metrics
	run 0 'and follows the rules of the format' \
		awk -f "$top/tests/cli/helpers/prometheus-check" metrics
	says 'and counts them' '^lpatch_updates\{stage="applied"\} 0$' metrics
	run 2 'lpatch-view of an unknown id fails' "$bin/lpatch-view" --id=unknown1
	says 'and says so' '^lpatch-view: no update unknown1 is in the kernel$' err
	if [ "$(id -u)" -eq 0 ]; then
		run 2 'lpatch-undo of an unknown id fails' "$bin/lpatch-undo" unknown1
		says 'and says so' '^lpatch-undo: no update unknown1 is in the kernel$' err
		run 2 'with --json, too' "$bin/lpatch-undo" --json unknown1
		is_json 'and standard output is one JSON object'
	fi
fi

# A bundle shown without loading it
run 0 'lpatch-view --file shows a bundle to anybody' unprivileged "$bin/lpatch-view" --file=good.tar.zst
says 'with the kernel it is for' "^lpatch id good is for kernel $(uname -r) " out
says 'with its description' '^for a test$' out
says 'that it is not signed' '^Not signed\.$' out
says 'with its functions' 'vmlinux: replaced meminfo_proc_show \(.*\): its code differs' out
says 'with its patch' '^\+\+\+ b/fs/proc/meminfo.c$' out
run 0 'lpatch-view --file --json succeeds' "$bin/lpatch-view" --json --file=good.tar.zst
is_json 'and standard output is one JSON object'
run 0 'lpatch-view shows a bundle that is named without --file, too' "$bin/lpatch-view" good.tar.zst
says 'with the kernel it is for' "^lpatch id good is for kernel $(uname -r) " out
run 0 'lpatch-view writes to a pipe' sh -c "'$bin/lpatch-view' controls.tar.zst | cat"
says 'the patch with "?" for control characters' '^\?\[2Jhidden' out
run 1 'and no escape character' grep -q "$(printf '\033')" out
run 0 'lpatch-view writes to a file' "$bin/lpatch-view" controls.tar.zst
says 'the patch as it is' "$(printf '\033')\[2Jhidden" out
run 1 'a full standard output is an error' sh -c "'$bin/lpatch-view' --file=good.tar.zst >/dev/full"
says 'and says so' "can't write standard output: No space left on device" err

echo "1..$count"
