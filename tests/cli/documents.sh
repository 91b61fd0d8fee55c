#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The documents match the programs: every option and exit status is in the
# manual page, the pages are well-formed, and completion offers all options. TAP.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
bin=$top/build/bin
work=$(mktemp -d "${TMPDIR:-/tmp}/lpatch-documents.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
count=0

# test_that SENTENCE COMMAND...
test_that() {
	count=$((count + 1))
	if "${@:2}" >out 2>&1; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		sed 's/^/#   /' out
	fi
}

# The manual page, as text.
page() { # FILE
	groff -t -man -mdoc -Tascii "$1" 2>/dev/null | sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g'
}

has_all_options() { # PROGRAM PAGE
	local option missing=0

	page "$2" >text
	for option in $("$1" --help | grep -o -E -- '--[a-z-]+' | sort -u); do
		grep -q -E -- "$option([^a-z-]|$)" text && continue
		echo "$2 does not have $option"
		missing=1
	done
	return $missing
}

# The reverse: options in the page are in --help, except the boot options for services.
help_has_all() { # PROGRAM PAGE
	local option missing=0

	"$1" --help >text
	for option in $(sed -n '/^\.Sh OPTIONS/,/^\.Sh [^O]/s/^\.It //p' "$2" |
		grep -o -E 'Fl Fl [a-z-]+' | sed 's/Fl Fl /--/'); do
		case $option in
		--boot | --boot-done) continue ;;
		esac
		grep -q -E -- "$option([^a-z-]|$)" text && continue
		echo "$1 --help does not have $option"
		missing=1
	done
	return $missing
}

is_clean() { # PAGE
	{
		groff -t -man -mdoc -ww -z "$1"
		mandoc -T lint -W warning "$1"
	} 2>&1 | tee log
	! [ -s log ]
}

# The statuses that a manual page has.
documented() { # PAGE
	sed -n '/^\.Sh EXIT STATUS/,/^\.Sh [^E]/s/^\.It \([0-9]\{1,\}\)$/\1/p' "$1" | sort -u
}

# The statuses with which tests let a program end: "exits 8 SENTENCE ... lpatch-undo ID", "run 8",
# "refuses 8", and "ok SENTENCE lpatch-undo ID"; commands that go on in the next line are joined.
tested() { # PROGRAM
	local program=$1

	[ "$program" != lpatch-create ] || program='(lpatch-)?create'
	[ "$program" != diffobj ] || program='(\$)?diffobj'
	sed -e ':join' -e '/\\$/{N;s/\\\n//;b join' -e '}' "$top"/tests/cli/*.sh "$top"/tests/vm/*.test |
		sed -E -n "s/^[[:space:]]*ok /exits 0 /
			s/^[[:space:]]*(exits|run|refuses) ([0-9]+) (\"[^\"]*\"|'[^']*')(.*[ /\"';(])?${program}[\"' ].*/\2/p
			s/^[[:space:]]*(exits|run|refuses) ([0-9]+) (\"[^\"]*\"|'[^']*')(.*[ /\"';(])?$program\$/\2/p
			$([ "$program" != '(lpatch-)?create' ] || echo 's/^[[:space:]]*refuses ([0-9]+) .*/\1/p')" |
		sort -u
}

statuses_agree() { # PROGRAM PAGE
	documented "$2" >documented
	tested "$1" >tested
	echo "the page of $1 has: $(tr '\n' ' ' <documented)"
	echo "tests end it with:  $(tr '\n' ' ' <tested)"
	[ -s documented ] && cmp -s documented tested
}

for page in "$top"/man/*.[1-8]; do
	test_that "${page##*/} is well-formed" is_clean "$page"
done
for program in lpatch-create lpatch-apply lpatch-view lpatch-undo diffobj; do
	file=$(echo "$top"/man/$program.[18])
	test_that "every option of $program is in its manual page" \
		has_all_options "$bin/$program" "$file"
	test_that "and those there are in its --help" help_has_all "$bin/$program" "$file"
	test_that "its exit statuses are those that tests cause" statuses_agree "$program" "$file"
done

# Completion -------------------------------------------------------------------

PATH=$bin:$PATH
# shellcheck source=/dev/null
. "$top/completion/lpatch"
_lpatch_ids() {
	echo fixone
	echo fixtwo
	echo other
}
touch a.patch lpatch-x.tar.zst x.o notes.txt
mkdir folder

# completes TO WORD...: the last word is the typed one.
completes() {
	local wanted=$1

	shift
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_lpatch "$1"
	echo "offered: ${COMPREPLY[*]}"
	[ "${COMPREPLY[*]}" = "$wanted" ]
}

offers_all() { # PROGRAM: its options, as --help has them
	local option missing=0

	COMP_WORDS=("$1" --)
	COMP_CWORD=1
	_lpatch "$1"
	for option in $("$1" --help | grep -o -E '^ +(-[a-zA-Z?], +)?--[a-z-]+' | grep -o -E -- '--[a-z-]+'); do
		printf '%s\n' "${COMPREPLY[@]}" | grep -q -x -E -- "$option=?" && continue
		echo "$option is not offered"
		missing=1
	done
	return $missing
}

is_newest_version() { # PROGRAM: the one at the top of CHANGELOG.md
	"$bin/$1" --version
	[ "$("$bin/$1" --version)" = "$1 $(sed -n 's/^## //p' "$top/CHANGELOG.md" | head -n 1)" ]
}

for program in lpatch-create lpatch-apply lpatch-view lpatch-undo diffobj; do
	test_that "CHANGELOG.md begins with the version of $program" is_newest_version $program
	test_that "every option of $program is offered" offers_all $program
done
test_that "options are offered" completes '--require-signature' lpatch-apply --req
test_that "options with a value end with "="" completes '--retries=' lpatch-undo --retr
test_that "bundles and folders are offered" completes 'folder lpatch-x.tar.zst' lpatch-apply ''
test_that "and to lpatch-view" completes 'folder lpatch-x.tar.zst' lpatch-view ''
test_that "ids are offered" completes 'fixone fixtwo' lpatch-undo fix
test_that "also behind --id=" completes 'fixone fixtwo other' lpatch-view --id =
test_that "and in a word of its own" completes 'fixone fixtwo' lpatch-view --id fix
test_that "and when typed in part" completes 'other' lpatch-view --id = o
test_that "formats are offered" completes 'prometheus' lpatch-view --format = p
test_that "patches are offered" completes 'folder a.patch' lpatch-create --patch =
test_that "objects are offered" completes 'folder x.o' diffobj ''
test_that "unknown values are not completed" completes '' lpatch-undo --retries = 1

echo "1..$count"
