#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The cache of lpatch-create: runs at the same time share it, it is complete after a kill at any
# point, its size is limited, and it never makes a run fail. LPATCH_TEST_ROOT is the root of the
# kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")

# Every path that a user can choose has blanks and letters of other scripts, but for the
# cache, in which kbuild works.
XDG_CACHE_HOME=$work/Küche
TMPDIR=$work/für\ später
export XDG_CACHE_HOME TMPDIR
cache=$XDG_CACHE_HOME/lpatch
mkdir -p "$XDG_CACHE_HOME" "$TMPDIR" 'der Kern №1' 'die Quellen' 'Änderung eins'
part=$(LPATCH_TEST_ROOT=$root "$top/tests/source-part") || exit 1
cp "$root/boot/vmlinuz-$release" 'der Kern №1/vmlinuz'
cp "$root/usr/src/linux-headers-$release/.config" 'der Kern №1/.config'
ln -s "$root/usr/src/linux-headers-$release" 'der Kern №1/build'
cp "$part/linux.tar.xz" 'die Quellen/Linux: alles.tar.xz'
cp "$top/examples/meminfo-line.patch" 'Änderung eins/eine Zeile.diff'
sum=$(cksum <'die Quellen/Linux: alles.tar.xz')

# A program of its own, so that a test can kill lpatch-create alone.
cat >create <<END
#!/bin/sh
exec "$bin/lpatch-create" --config='der Kern №1' --patch='Änderung eins/eine Zeile.diff' \\
	--id=cache "\$@" 'die Quellen/Linux: alles.tar.xz'
END
chmod +x create
create() { # OPTION...
	./create "$@"
}

# The directory of the one target there is.
target() {
	find "$cache" -mindepth 1 -maxdepth 1 -name "$release-*"
}

# begin NAME COMMAND...: in the background; its output is in NAME.out and NAME.err, its
# process id in $run.
begin() {
	name=$1
	shift
	"$@" >"$name.out" 2>"$name.err" </dev/null &
	run=$!
}

# A place for the cache ---------------------------------------------------------

# As an ordinary user: file modes don't restrict root.
mkdir bin home made
cp "$bin/lpatch-create" bin
chmod 755 . bin home
chmod 777 made
chmod 555 home
as_user() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}
without_home() {
	as_user env -u XDG_CACHE_HOME HOME="$work/home" bin/lpatch-create --target="$release" \
		--root="$root" -q --patch=change.diff -o made/home.tar.zst
}
cp "$top/examples/meminfo-line.patch" change.diff
exits 1 "a home that can't be written is an error" without_home
says "it says so" "no place for the cache: can't make the directory $work/home/.cache"
says "and says what to do" 'Set XDG_CACHE_HOME'
holds "in two lines" test "$(wc -l <err)" = 2

if unshare --user --map-root-user --mount true 2>/dev/null; then
	mkdir small
	cat >on-a-small-disk <<-'END'
		mount -t tmpfs -o size=100m small small && XDG_CACHE_HOME=$PWD/small "$@"
	END
	exits 1 "a disk without room for the source is an error" unshare --user --map-root-user \
		--mount sh on-a-small-disk "$bin/lpatch-create" --target="$release" \
		--root="$root" --patch=change.diff -q
	says "it says so" 'no space left for the cache: .*/small/'
	says "and says what to do" 'set XDG_CACHE_HOME'
else
	skip "a disk without room for the source is an error" "no user namespaces here"
fi

mkdir 'a b' moved
begin blank env XDG_CACHE_HOME="$work/a b" TMPDIR="$work/moved" "$bin/lpatch-create" \
	--target="$release" --root="$root" --patch=change.diff
wait_for 60 grep -q '^unpacking' blank.err
kill -KILL $run
wait $run 2>/dev/null
says "a cache in which kbuild can't work moves" \
	"^keeping the cache in $work/moved/lpatch-[0-9]+: kbuild can't work in $work/a b/lpatch" blank.err
holds "to a directory of the user alone" sh -c '[ "$(stat -c %a moved/lpatch-*)" = 700 ]'
chmod 777 moved/lpatch-*
exits 1 "it is refused if others can write there" env XDG_CACHE_HOME="$work/a b" \
	TMPDIR="$work/moved" "$bin/lpatch-create" --target="$release" --root="$root" \
	--patch=change.diff
says "and a message says so" 'others can write to .*/moved/lpatch-[0-9]+'
rm -rf moved

# Whose it is -------------------------------------------------------------------

# refuses SENTENCE REGEX DIRECTORY: a cache there, before anything is made or used.
refuses() {
	exits 1 "$1 is refused" env XDG_CACHE_HOME="$3" "$bin/lpatch-create" --check -q \
		--target="$release" --root="$root" --patch=change.diff
	says "$1: a message says so" "^lpatch-create: no place for the cache: $2"
	says "$1: and says what to do" 'set XDG_CACHE_HOME to another directory'
	holds "$1: in two lines" test "$(wc -l <err)" = 2
	holds "$1: nothing is made there" sh -c '! ls "$1"/lpatch/* 2>/dev/null' - "$3"
}

mkdir -m 755 shared mine shared/lpatch
chmod 777 shared
refuses "a cache where everybody can write" "others can write to $work/shared\$" "$work/shared"
chmod 770 shared
refuses "a cache where a group can write" "others can write to $work/shared\$" "$work/shared"
chmod 755 shared
chmod 775 shared/lpatch
refuses "a cache that is a group's" "others can write to $work/shared/lpatch\$" "$work/shared"
chmod 755 shared/lpatch
ln -s "$work/shared" mine/link
chmod 777 shared
refuses "a link to where everybody can write" "others can write to $work/shared\$" \
	"$work/mine/link"
chmod 755 shared
if [ "$(id -u)" = 0 ]; then
	chown 65534 shared/lpatch
	refuses "another user's cache" "$work/shared/lpatch belongs to another user \(65534\)\$" \
		"$work/shared"
	chown 0 shared/lpatch
	chown 65534 shared
	refuses "a cache in another user's directory" "$work/shared belongs to another user" \
		"$work/shared"
	chown 0 shared
	chown -h 65534 mine/link
	refuses "a link of another user" "$work/mine/link belongs to another user" "$work/mine/link"
	mkdir sticky empty
	chmod 1777 sticky
	ln -s "$work/empty" sticky/lpatch
	chown -h 65534 sticky/lpatch
	refuses "a link that another user has put there first" \
		"$work/sticky/lpatch belongs to another user" "$work/sticky"
else
	skip "another user's cache is refused" "only root can make one"
fi
rm -rf shared mine sticky empty

# Source of another version -----------------------------------------------------

mkdir older
printf 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 1\n' >older/Makefile
: >older/Kbuild
exits 4 "source of another version is refused" "$bin/lpatch-create" --config='der Kern №1' \
	--patch=change.diff -q older
says "both versions are named" "older is the source of Linux 6\\.1\\.1, but kernel $release is made"
sed -i 's/^PATCHLEVEL = 1/PATCHLEVEL = 10/' older/Makefile
exits 4 "so is source of another series" "$bin/lpatch-create" --config='der Kern №1' \
	--patch=change.diff -q older
holds "and nothing is made for it" test -z "$(target)"
says "the series is named" 'older is the source of Linux 6\.10\.1, .* another series'

# Killed ------------------------------------------------------------------------

# killed WORD: kills a run, but not its child processes, when its progress says the word.
killed() {
	begin killed ./create -v -o killed.tar.zst
	wait_for 600 grep -q "$1" killed.err || return 1
	kill -KILL $run
	wait $run 2>/dev/null
	[ $? -eq 137 ] && [ ! -e killed.tar.zst ]
}

for word in unpacking preparing 'building the core'; do
	holds "a run is killed while it is $word" killed "$word"
done

# At the same time ----------------------------------------------------------------

# Two runs after the killed ones, of which both find the core missing.
begin one ./create -v -o 'Änderung eins/one.tar.zst'
first=$run
begin two ./create -v -o 'Änderung eins/two.tar.zst'
second=$run
holds "of two runs at once the first succeeds" wait $first
holds "and the second" wait $second
cat one.err two.err >err
says "a run that waits names the process for which it waits" \
	"waiting for (process ($first|$second)|another lpatch-create), which "
holds "both made the same" cmp 'Änderung eins/one.tar.zst' 'Änderung eins/two.tar.zst'

for word in 'compiling the patched' linking; do
	holds "a run is killed while it is $word" killed "$word"
done

# No wait is needed here: everything is already compiled.
begin one ./create -v -o three.tar.zst
first=$run
begin two ./create -v -o four.tar.zst
second=$run
wait $first
first=$?
wait $second
second=$?
holds "two more succeed" test "$first$second" = 00
holds "and neither of them waits" sh -c '! grep waiting one.err two.err'
holds "both made the same as before" sh -c \
	'cmp three.tar.zst four.tar.zst && cmp three.tar.zst "Änderung eins/one.tar.zst"'
holds "the source is as it was" test "$(cksum <'die Quellen/Linux: alles.tar.xz')" = "$sum"
holds "nothing is left in TMPDIR" sh -c '[ -z "$(ls -A "$TMPDIR")" ]'

# Another process, which prepares it, has locked the working copy.
flock "$(target)/lock" sh -c 'echo $$ >holder; : >held; exec sleep 600' &
keeper=$!
wait_for 10 test -e held
begin waiting ./create -o five.tar.zst
wait_for 60 grep -q waiting waiting.err
cp waiting.err err
says "a run that has to wait names the process" \
	"^waiting for (process $keeper|another lpatch-create), which prepares the same kernel's source\$"
kill "$(cat holder)"
wait $keeper
holds "and continues when that process has ended" wait $run

# Size --------------------------------------------------------------------------

# Working copies of other targets, as a run would leave them: one unused, one in use.
other() { # NAME
	mkdir -p "$cache/$1"
	echo 5000000000 >"$cache/$1/size"
	touch -d '2 days ago' "$cache/$1/lock"
}
other 6.1.0-1-amd64-1111
other 6.1.0-2-amd64-2222
mkdir "$cache/.evicted-6.1.0-3-amd64-3333-1"
rm -f held
flock --shared "$cache/6.1.0-2-amd64-2222/lock" sh -c 'echo $$ >holder; : >held; exec sleep 600' &
keeper=$!
wait_for 10 test -e held

ok "a run whose cache size is large enough for everything" create -q --cache-size=20G -o six.tar.zst
holds "evicts nothing" test -d "$cache/6.1.0-1-amd64-1111"
holds "but finishes what another has begun" test ! -e "$cache/.evicted-6.1.0-3-amd64-3333-1"
touch -d '2 days ago' "$(target)"/objects/fs/proc/meminfo.*
: >"$(target)/objects/old.split.o"
head -c 100000 /dev/zero >"$(target)/objects/old.exact.o"
touch -d '3 days ago' "$(target)"/objects/old.*
ok "a run with a small cache" create -v --cache-size=1M -o seven.tar.zst
says "says what it evicts" 'evicted from the cache: .*/6.1.0-1-amd64-1111, 4768 MB'
holds "a working copy that nobody uses is gone" test ! -e "$cache/6.1.0-1-amd64-1111"
holds "a working copy in use stays" test -d "$cache/6.1.0-2-amd64-2222"
holds "its own working copy stays" test -e "$(target)/build/.ready"
holds "an object that was not used is gone" test ! -e "$(target)/objects/old.exact.o"
holds "what it used stays" test -e "$(target)/objects/fs/proc/meminfo.split.o"
kill "$(cat holder)"
wait $keeper
ok "the next run works" create -q --cache-size=1M -o eight.tar.zst
holds "and evicts what is no longer in use" test ! -e "$cache/6.1.0-2-amd64-2222"
holds "with the same result" cmp seven.tar.zst eight.tar.zst

# Files that others could have changed, and damaged files -----------------------------

holds "other users can't read the cache" sh -c '[ "$(stat -c %a "$1")" = 700 ]' - "$cache"
unsafe() { # SENTENCE REGEX
	exits 1 "$1 is refused" create -q -o unsafe.tar.zst
	says "$1: a message says so" "^lpatch-create: $2"
	holds "$1: nothing is made" test ! -e unsafe.tar.zst
}
for part in . build source objects core; do
	mode=$(stat -c %a "$(target)/$part")
	chmod 777 "$(target)/$part"
	unsafe "a cache whose $part others can write to" "others can write to .*/$release-"
	chmod "$mode" "$(target)/$part"
done
chmod 755 "$cache"
chmod o+w "$(target)/source/fs/proc/meminfo.c"
unsafe "a source that others can write to" 'others can write to .*/source/fs/proc/meminfo.c$'
chmod 700 "$cache"
unsafe "the same, with rights that were restricted afterwards," 'others can write to .*/source/fs/proc/meminfo.c$'
chmod o-w "$(target)/source/fs/proc/meminfo.c"
if [ "$(id -u)" = 0 ]; then
	chown 65534 "$(target)/build/scripts/mod/modpost"
	unsafe "a program of another user" '.*/build/scripts/mod/modpost belongs to another user'
	chown 0 "$(target)/build/scripts/mod/modpost"
fi
ok "the cache is used again when it is in order" create -q -o nine.tar.zst
holds "with the same result" cmp seven.tar.zst nine.tar.zst
(umask 002 && create -q -o ten.tar.zst)
holds "with any umask" cmp seven.tar.zst ten.tar.zst
ok "an update is linked by the commands that kbuild ran for the core" create -v --id=other -o other.tar.zst
says "as -v tells" 'lpatch_other is linked by the commands of the core'
rm "$(target)"/core/*/link-commands
ok "kbuild links if there are none" create -v --id=other -o same.tar.zst
says "and the commands are kept" 'later updates are linked by the commands of the core'
holds "with the same result" cmp other.tar.zst same.tar.zst
holds "others can't write to kept files" sh -c \
	'[ -z "$(find "$1" ! -type l -perm /022)" ]' - "$cache"

printf 'damage' >damage-bytes
damage() { # FILE: other bytes of the same size, at the same time
	cp -p "$1" damaged
	printf 'damage' | dd of="$1" bs=1 seek=200 conv=notrunc status=none
	touch -r damaged "$1"
}
for kept in objects/fs/proc/meminfo.split.o objects/fs/proc/meminfo.exact.o objects/.include-graph \
	'core/*/done/lpatch.ko' 'core/*/Module.symvers' 'core/*/link-commands' '../images/*'; do
	file=$(echo "$(target)"/$kept)
	holds "there is $kept" test -f "$file"
	damage "$file"
	ok "a run finds $kept damaged" create -q -o repaired.tar.zst
	holds "and makes it again" cmp seven.tar.zst repaired.tar.zst
	holds "as it was" sh -c '! cmp -s -n 6 -i 200:0 "$1" "$2"' - "$file" damage-bytes
	rm -f repaired.tar.zst
done
exits 2 "an invalid size is wrong usage" create --cache-size=10X
says "and named" "cache-size=10X: not a size"

plan
