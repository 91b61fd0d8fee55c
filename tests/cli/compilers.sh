#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lpatch-create with a wrapper for the compiler: ccache, distcc, and one that fails at times. With
# each of them, the proof holds and the update is the same. LPATCH_TEST_ROOT is the root of the
# kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")
gcc=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\([^ "]*\).*/\1/p' "$root/usr/src/linux-headers-$release/.config")
XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME

part=$(LPATCH_TEST_ROOT=$root "$top/tests/source-part") || exit 1
mkdir config
cp "$root/boot/vmlinuz-$release" config/vmlinuz
cp "$root/usr/src/linux-headers-$release/.config" config/.config
ln -s "$root/usr/src/linux-headers-$release" config/build

create_as_is() { # OPTION...
	"$bin/lpatch-create" --config=config -q --id=cc \
		--patch="$top/examples/meminfo-line.patch" "$@" "$part/linux.tar.xz"
}

create() { # CC OPTION...
	words=$1
	shift
	(
		CC=$words
		export CC
		create_as_is "$@"
	)
}

# forget: removes the objects of the untouched source, so that they are compiled again.
forget() {
	rm -rf "$XDG_CACHE_HOME"/lpatch/"$release"-*/objects/fs
}

# Wrong ---------------------------------------------------------------------------

exits 2 "a compiler that can't be used is wrong usage" create 'ccache no-such-gcc' -o no.tar.zst
says "the words are named" 'the compiler .* can.t be used: "ccache no-such-gcc --version"'
exits 1 "a compiler that is not there is an error" create 'no-such-ccache gcc' -o no.tar.zst
says "it is named" "can't run no-such-ccache"

# ccache ----------------------------------------------------------------------------

CCACHE_DIR=$work/ccache
export CCACHE_DIR
hits() {
	ccache --print-stats | awk '/^(direct|preprocessed)_cache_hit/ { n += $2 } END { print n + 0 }'
}
ok "an update is made through ccache" create "ccache $gcc" -o ccache.tar.zst
before=$(hits)
forget
ok "and once more, with nothing compiled before" create "ccache $gcc" -o again.tar.zst
# The exact and the split original at least; the patched one too, in the same place.
holds "ccache compiles the untouched source" test "$(hits)" -ge $((before + 2))
holds "both are the same" cmp ccache.tar.zst again.tar.zst
forget

# A compiler that fails at times ----------------------------------------------------

# kbuild tries whether the compiler takes an option, and leaves the option out if that fails, also
# for lack of memory. Here it fails while kbuild is asked for its commands (--dry-run) alone: they lack
# options that the kernel was compiled with.
cat >flaky <<'END'
#!/bin/sh
case ${MAKEFLAGS%% *}:$* in
*n*:*-mskip-rax-setup*/dev/null*)
	exit 1
	;;
esac
exec "$@"
END
chmod +x flaky
two() { # CC OPTION...
	create "$@" --patch="$top/tests/vm/patches/version-note.patch"
}
ok "an update of two files is made" two "ccache $gcc" -o two.tar.zst
forget
ok "and once more where the compiler fails at times" two "$work/flaky $gcc" -o flaky.tar.zst
exact=$(echo "$XDG_CACHE_HOME"/lpatch/"$release"-*/objects/fs/proc/meminfo.exact.o)
holds "kbuild said a command without an option" sh -c '! grep -q "$2" "$1"' - "$exact.quick" \
	skip-rax-setup
holds "the command by which it compiles has it" grep -q skip-rax-setup "$exact.kbuild"
holds "the update is the same" cmp two.tar.zst flaky.tar.zst
forget

# distcc ----------------------------------------------------------------------------

DISTCC_DIR=$work/distcc
port=$((20000 + $$ % 20000))
export DISTCC_DIR
mkdir "$DISTCC_DIR"
chmod 777 "$DISTCC_DIR"
chmod 755 .
distccd --daemon --no-detach --allow 127.0.0.1 --listen 127.0.0.1 --port $port --jobs 2 \
	--log-file "$DISTCC_DIR/log" --log-level info >daemon.out 2>&1 &
daemon=$!
# Also when the test is interrupted: the daemon has a process group of its own.
trap 'kill $daemon 2>/dev/null; chmod -R u+w "$work"; rm -rf "$work"' EXIT
# Without a fallback to the local machine: what the daemon does not compile fails.
DISTCC_HOSTS=127.0.0.1:$port
DISTCC_FALLBACK=0
export DISTCC_HOSTS DISTCC_FALLBACK
printf 'V=0\nCC="distcc %s"\n' "$gcc" >config/flags
holds "distccd is there" wait_for 10 grep -q 'daemon started' "$DISTCC_DIR/log"
ok "an update is made through distcc, which the flags name" create_as_is -o distcc.tar.zst
holds "the daemon has compiled the changed file" grep -q 'COMPILE_OK.*meminfo' "$DISTCC_DIR/log"
holds "the update is the same" cmp ccache.tar.zst distcc.tar.zst
kill $daemon
wait $daemon

plan
