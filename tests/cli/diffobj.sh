#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The command diffobj: exit statuses, output, explanations, bad input. TAP.
. "$(dirname "$0")/../tap"

diffobj=$bin/diffobj

compile() { # NAME, the source comes on stdin
	cat >"$1.c"
	gcc -g -O2 -w -ffreestanding -fno-pie -mcmodel=kernel -mno-red-zone -fno-common -pg -mfentry \
		-mrecord-mcount -fno-asynchronous-unwind-tables -fcf-protection=none \
		-ffunction-sections -fdata-sections -c -o "$1.o" "$1.c"
}

is_json() { # FILE KEY...
	file=$1
	shift
	for key; do
		grep -q "\"$key\":" "$file" || return 1
	done
	[ "$(head -c 1 "$file")" = '{' ] && [ "$(tail -n 1 "$file")" = '}' ]
}

compile original <<'SOURCE'
extern int work(int);
static inline int twice(int a) { return work(a) + work(a); }
int limit = 5;
int f(int a) { return twice(a) + limit; }
int g(int a) { return work(a); }
SOURCE
sed 's/work(a) + work(a)/work(a) - work(a)/' original.c | compile changed
sed 's/limit = 5/limit = 6/' original.c | compile refused

exits 0 "a changed function is replaced" "$diffobj" -o out.o original.o changed.o
says "it is named, with the reason" '^replaced f: its code differs from \+0x[0-9a-f]+ on' out
holds "the output is there" test -s out.o
rm -f out.o
exits 7 "nothing changed" "$diffobj" -o out.o original.o original.o
says "and a message says so" '^nothing changed$' out
holds "and there is no output" test ! -e out.o
exits 5 "a changed variable is refused" "$diffobj" -o out.o original.o refused.o
says "with its place, type and both values" \
	'refused.c:3: can.t patch limit: it is a variable of type int; its initial value changed from 5 to 6'
says "and says what to do" '^  set the running variable in a hook'
holds "and there is no output" test ! -e out.o

# Places are those of definitions: not of a declaration that comes first, nor of another
# variable that has the same name, nor of the start of a function.
compile places <<'SOURCE'
extern int declared;
int noinline_work(int), declared_too(int);
static inline __attribute__((always_inline, no_instrument_function)) int first(int a)
{ return a * 3; }
int f(int a) { static int count = 1; return a + count++; }
int g(int a) { static int count = 7; return a + count++; }
int declared = 5;
__attribute__((section(".init.text"), no_instrument_function)) int
declared_too(int a)
{ return first(a) + noinline_work(a); }
SOURCE
sed 's/declared = 5/declared = 6/' places.c | compile place-declared
exits 5 "a variable that is declared first is refused" "$diffobj" places.o place-declared.o
says "at its definition" '^diffobj: .*place-declared.c:7: can.t patch declared: '
sed 's/count = 1/count = 2/; s/count = 7/count = 8/' places.c | compile place-local
exits 5 "two variables with one name are refused" "$diffobj" places.o place-local.o
says "one where it is" '^diffobj: .*place-local.c:5: can.t patch count.*from 1 to 2'
says "the other where that is" '^diffobj: .*place-local.c:6: can.t patch count.*from 7 to 8'
sed 's/a \* 3/a * 5/' places.c | compile place-init
exits 5 "a function that has run is refused" "$diffobj" places.o place-init.o
says "where it is defined" '^diffobj: .*place-init.c:9: can.t patch declared_too: '

exits 0 "--explain shows where it differs" "$diffobj" --explain original.o changed.o
says "with the instruction before" '^    before +\+0x[0-9a-f]+ +[a-z]+.*original.c:' out
says "the instruction now, and what was inlined there" \
	'^    now +\+0x[0-9a-f]+ +[a-z]+.*changed.c:[0-9]+, inlined from twice\)' out

sed 's/static inline int twice/static __attribute__((noinline)) int twice/' original.c | compile apart
exits 0 "a function that was inlined is in the output" "$diffobj" --explain original.o apart.o
says "as a function of the patched object only" '^new twice: only the patched object has it$' out
says "but not the patched source" '^    before +twice has no code of its own: it is inlined wherever' out

exits 0 "--json gives the result as data" "$diffobj" --json original.o changed.o
holds "as one object" is_json out functions references variables constants refusals notes why
exits 5 "--json gives refusals, too" "$diffobj" --json original.o refused.o
says "with the place" '"where":".*refused.c:3"' out
holds "and says nothing elsewhere" test ! -s err

exits 2 "one object is wrong usage" "$diffobj" original.o
exits 2 "three objects are, too" "$diffobj" original.o changed.o refused.o
exits 2 "an unknown option is, too" "$diffobj" --frobnicate original.o changed.o
exits 1 "a missing file is an error" "$diffobj" original.o nowhere.o
says "of one line" "^diffobj: can't open nowhere.o: No such file"
holds "and no more" test "$(wc -l <err)" -eq 1

head -c 1000 original.o >truncated.o
: >empty.o
echo 'int main() { return 0; }' | gcc -x c -o program -
for bad in truncated.o empty.o original.c program; do
	exits 1 "$bad is no object to compare" "$diffobj" original.o $bad
	holds "said in one line" test "$(wc -l <err)" -eq 1
done
exits 1 "an output that can't be written is an error" "$diffobj" -o nowhere/out.o original.o changed.o
exits 1 "a full disk is, too" "$diffobj" -o /dev/full original.o changed.o
plan
