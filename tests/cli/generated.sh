#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's source has programs for the build machine, and rules, that make files of kernel
# headers. Each of these headers is in the table of create/reach/generated.c, or in the list below
# with the reason why it needn't be. LPATCH_TEST_ROOT is the root of the kernel; any version. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")
table=$top/create/reach/generated.c

# READER HEADER, as patterns; why it may change.
cat >harmless <<'END'
# Makes a table of names for the boot code, which has run.
arch/x86/boot/* *
# Tests of the instruction decoder, and of relocations, that run in the build.
arch/x86/tools/* *
# The vdso: a change of it is found by its code, which is compared.
arch/x86/entry/vdso/vdso2c.c include/*
# Makes a character set of a file that no header is part of.
drivers/tty/vt/conmakehash.c include/*
# Aliases of modules and the check of licences; an update's modules have no aliases.
scripts/mod/* include/*
# A policy for tests, which no build makes.
scripts/selinux/mdp/* *
# A test that the build runs.
lib/test_fortify/Makefile *
# What a user space program asks for.
drivers/comedi/drivers/ni_routing/tools/Makefile *
# What the build itself makes first.
* include/generated/*
# A prerequisite of drivers/eisa/devlist.h that its recipe doesn't read.
drivers/eisa/Makefile include/linux/device.h
# Tests whether headers compile alone.
drivers/gpu/drm/i915/Makefile *
# Rust code is refused.
rust/Makefile *
# Included in each compile, so the objects that it reaches are found by that.
scripts/Makefile.lib include/linux/compiler_types.h
# Plugins of the compiler: kbuild's own commands have them, and code that changes is compared.
scripts/gcc-plugins/Makefile *
END

# The source as lpatch-create has unpacked it for another test, if that was all of it (not that of
# tests/source-part), or the parts of it that are read.
source=''
for source in "${XDG_CACHE_HOME:-$HOME/.cache}/lpatch/$release"-*/source; do
	[ ! -e "$source/drivers/accessibility/speakup/utils.h" ] || break
	source=''
done
if [ -z "$source" ]; then
	source=$work/source
	mkdir "$source"
	tar -xf "$root"/usr/src/linux-source-*.tar.xz -C "$source" --strip-components=1
fi

# The Makefiles of the kernel, without those for other architectures and for what isn't the kernel.
makefiles() {
	find . \( -path ./tools -o -path ./Documentation -o -path ./samples -o -path ./usr -o \
		-path './arch/[!x]*' -o -path ./arch/xtensa -o -path ./arch/x86/um \) -prune -o \
		-name '*.[chSo]' -o -type f \( -name 'Makefile*' -o -name 'Kbuild*' \) -print |
		sed 's|^\./||' | sort
}

# Prints "program FILE.c" for each file of a program that runs in the build, and "rule MAKEFILE
# HEADER" for each header that a variable or the prerequisites of a rule name.
cat >read.awk <<'END_OF_PROGRAM'
function words(text, list,   count, i, n) {
	count = split(text, all, /[ \t]+/)
	n = 0
	for (i = 1; i <= count; i++)
		if (all[i] ~ /^[A-Za-z0-9$]/)
			list[++n] = all[i]
	return n
}
function logical(line,   directory, value, name, n, i) {
	directory = FILENAME
	sub(/[^\/]*$/, "", directory)
	if (line ~ /^[ \t]*hostprogs(-[^ \t:+=]*)?[ \t]*[:+]?=/) {
		value = line
		sub(/^[^=]*=/, "", value)
		n = words(value, list)
		for (i = 1; i <= n; i++)
			programs[directory list[i]] = 1
	} else if (match(line, /^[A-Za-z0-9_.\/-]+-objs[ \t]*[:+]?=/)) {
		name = line
		sub(/-objs[ \t]*[:+]?=.*/, "", name)
		value = line
		sub(/^[^=]*=/, "", value)
		parts[directory name] = parts[directory name] " " value
	}
	if (line ~ /^[#\t]/ || line !~ /\.h/)
		return
	if (line !~ /^[^=]*:[^=]/ && line !~ /^[a-z_]+[ \t]*:?=/)
		return
	value = line
	sub(/^[^:=]*[:=]+/, "", value)
	n = words(value, list)
	for (i = 1; i <= n; i++) {
		name = list[i]
		if (name !~ /\.h$/ || name ~ /\$\((obj|objtree|out|dst|gen|uapi|OUTDIR)\)/)
			continue
		if (sub(/^\$\(srctree\)\/\$\(src\)\//, directory, name) || sub(/^\$\(src\)\//, directory, name) ||
		    sub(/^\$\(srctree\)\//, "", name) || name ~ /^include\//)
			print "rule " FILENAME " " name
	}
}
FNR == 1 { held = "" }
{
	if (sub(/\\$/, "")) {
		held = held $0 " "
		next
	}
	logical(held $0)
	held = ""
}
END {
	for (program in programs) {
		directory = program
		sub(/[^\/]*$/, "", directory)
		if (!(program in parts))
			print "program " program ".c"
		n = words(parts[program], list)
		for (i = 1; i <= n; i++)
			if (sub(/\.o$/, ".c", list[i]))
				print "program " directory list[i]
	}
}
END_OF_PROGRAM

# without_dots: "a/b/../c" is a/c.
without_dots() {
	sed -e 's|/\./|/|g' -e ':a' -e 's|[^/ ][^/ ]*/\.\./||' -e ta
}

# headers: "READER HEADER" for each header of the source that such a program includes.
headers() {
	sed -n 's/^program //p' "$work/read" | without_dots | sort -u | while read -r file; do
		[ -e "$file" ] && grep -H -o '^[ 	]*#[ 	]*include[ 	]*[<"][^>"]*' "$file"
	done | sed -e 's/:.*include[ 	]*\([<"]\)/ \1/' >"$work/includes"
	while read -r file name; do
		plain=${name#?}
		case $name in
		\"*) places="${file%/*}/$plain include/$plain security/selinux/include/$plain" ;;
		*) places="include/$plain include/uapi/$plain arch/x86/include/$plain" ;;
		esac
		for place in $places; do
			[ -e "$place" ] || continue
			echo "$file $place"
			break
		done
	done <"$work/includes" | without_dots
	sed -n 's/^rule //p' "$work/read" | without_dots
}

cd "$source" || exit 1
makefiles >"$work/makefiles"
# shellcheck disable=SC2046 # names without blanks
awk -f "$work/read.awk" $(cat "$work/makefiles") >"$work/read"
headers | sort -u >"$work/found"
cd "$work" || exit 1

# known READER HEADER: the table has it, or it is harmless.
sed -n 's/^	{"\([^"]*\)".*/\1/p' "$table" | sort -u >patterns
known() {
	case $1/ in
	scripts/*) case $2 in scripts/*) return 0 ;; esac ;;
	esac
	while read -r pattern; do
		# shellcheck disable=SC2254 # a pattern
		case $2 in $pattern) return 0 ;; esac
	done <patterns
	while read -r where pattern; do
		# shellcheck disable=SC2254 # patterns
		case $1 in $where) case $2 in $pattern) return 0 ;; esac ;; esac
	done <harmless
	return 1
}
: >unknown
while read -r reader header; do
	known "$reader" "$header" || echo "$reader reads $header" >>unknown
done <found

holds "programs of the build are found" grep -q '^program scripts/mod/modpost.c$' read
holds "one that reads a kernel's header is" grep -q '^lib/gen_crc32table.c include/linux/crc32poly.h$' found
holds "a rule that does is" grep -q '^lib/Makefile include/linux/oid_registry.h$' found
cp unknown out
: >err
holds "each header that is read is known" test ! -s unknown
while read -r pattern; do
	# shellcheck disable=SC2086 # a pattern
	set -- "$source"/$pattern
	[ -e "$1" ] || echo "$pattern"
done <patterns >gone
cp gone out
case $release in
6.1.*) holds "what the table names is there" test ! -s gone ;;
esac

plan
