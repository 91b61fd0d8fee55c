#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Updates across reboots: a stock kernel with systemd as init, in a virtual machine that
# really reboots, and crashes once while it boots. Prints TAP; guest-script has the tests, and
# in the end the consoles must have no warning but those of the crash.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
bin=${LPATCH_BIN:-$top/build/bin}
root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
LPATCH_TEST_ROOT=$root
export LPATCH_TEST_ROOT
release=$(ls "$root/lib/modules")
logs=$top/build/vm-logs/persist
mkdir -p "$logs"
work=$(mktemp -d "${TMPDIR:-/tmp}/lpatch-persist.XXXXXX")
emulator=
end() {
	[ -z "$emulator" ] || kill "$emulator" 2>/dev/null || :
	rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM HUP

make_bundle() { # NAME: its path
	"$top/tests/bundle" "$1" 2>"$work/log" || {
		{
			echo "not ok 1 - the bundle $1 is made"
			sed 's/^/# /' "$work/log"
			echo 1..1
		} >&2
		exit 1
	}
}
bundle=$(make_bundle meminfo-line)
module_bundle=$(make_bundle binfmt-status)
"$top/tests/vm/errors.test.prepare" "$work" "$bundle"

# The disk -----------------------------------------------------------------------

disk=$work/disk
busybox=$(command -v busybox)
units=/lib/systemd/system
mkdir -p "$disk/usr/bin" "$disk/usr/lib/systemd/system" "$disk/usr/lib64" "$disk/etc/systemd/system" \
	"$disk/proc" "$disk/sys" "$disk/dev" "$disk/run" "$disk/tmp" "$disk/var/lib"
ln -s usr/bin usr/lib usr/lib64 "$disk/"
ln -s usr/bin "$disk/sbin"

# A program, at its own place or at DEST, and its shared libraries at theirs.
add_program() { # FILE [DEST]
	mkdir -p "$disk$(dirname "${2:-$1}")"
	cp -L "$1" "$disk${2:-$1}"
	{ ldd "$1" 2>/dev/null || :; } |
		sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) .*/\1/p' |
		while read -r library; do
			[ -e "$disk$library" ] && continue
			mkdir -p "$disk$(dirname "$library")"
			cp -L "$library" "$disk$library"
		done
}

add_program /lib/systemd/systemd /usr/lib/systemd/systemd
add_program /lib/systemd/systemd-shutdown /usr/lib/systemd/systemd-shutdown
add_program "$(command -v systemctl)" /usr/bin/systemctl
for program in lpatch-apply lpatch-view lpatch-undo; do
	add_program "$bin/$program" /usr/bin/$program
done
cp -L "$busybox" "$disk/usr/bin/busybox"
for applet in sh cat cmp cp echo grep insmod mkdir rm sleep stty sync test touch uname usleep; do
	ln -s busybox "$disk/usr/bin/$applet"
done
for unit in basic final graphical local-fs local-fs-pre multi-user network-pre paths poweroff \
	reboot shutdown slices sockets swap sysinit timers umount; do
	cp "$units/$unit.target" "$disk$units/"
done
cp "$units/systemd-reboot.service" "$units/systemd-poweroff.service" "$disk$units/"
ln -s multi-user.target "$disk$units/default.target"
for unit in lpatch lpatch-booted; do
	sed 's|@BINDIR@|/usr/bin|' "$top/packaging/systemd/$unit.service.in" \
		>"$disk/etc/systemd/system/$unit.service"
done
cp "$here/crash.service" "$here/test.service" "$disk/etc/systemd/system/"
mkdir "$disk/etc/systemd/system/sysinit.target.wants" "$disk/etc/systemd/system/multi-user.target.wants"
ln -s ../lpatch.service "$disk/etc/systemd/system/sysinit.target.wants/"
for unit in lpatch-booted crash test; do
	ln -s ../$unit.service "$disk/etc/systemd/system/multi-user.target.wants/"
done
echo root:x:0:0:root:/:/bin/sh >"$disk/etc/passwd"
echo root:x:0: >"$disk/etc/group"
echo ID=test >"$disk/etc/os-release"
: >"$disk/etc/machine-id"
echo 1 >"$disk/step"
echo 0 >"$disk/tests"
cp "$here/guest-script" "$here/../guest-lib.sh" "$work/other-build.tar.zst" "$disk/"
cp "$bundle" "$disk/meminfo-line.tar.zst"
cp "$module_bundle" "$disk/binfmt-status.tar.zst"
modules=$disk/usr/lib/modules/$release
mkdir -p "$modules/kernel/fs"
cp "$root/lib/modules/$release"/modules.builtin* "$root/lib/modules/$release/modules.order" "$modules/"
cp "$("$here/../module-file" "$root" "$work" kernel/fs/binfmt_misc.ko)" "$modules/kernel/fs/"
depmod -b "$disk" "$release"
mke2fs -q -t ext4 -d "$disk" "$work/disk.img" 256M >"$work/log"

# What finds it --------------------------------------------------------------------

mkdir -p "$work/initramfs/bin" "$work/initramfs/modules"
cp -L "$busybox" "$work/initramfs/bin/busybox"
cp "$here/init" "$work/initramfs/init"
chmod 755 "$work/initramfs/init"

"$here/../modules" "$root" "$work/lists" virtio_pci virtio_blk crc32c_generic ext4 >"$work/needed" \
	2>"$work/log"
while read -r file; do
	cp "$file" "$work/initramfs/modules/"
	basename "$file"
done <"$work/needed" >"$work/initramfs/modules/order"
(cd "$work/initramfs" && find . | "$busybox" cpio -o -H newc 2>/dev/null) >"$work/initramfs.cpio"

# The machine ------------------------------------------------------------------------

# One thread for all CPUs: see tests/vm/boot.
accelerator=${LPATCH_TEST_ACCEL:-tcg,thread=single}
if [ -z "${LPATCH_TEST_ACCEL:-}" ] && [ -w /dev/kvm ] && grep -q -w -E 'vmx|svm' /proc/cpuinfo; then
	accelerator=kvm
fi

run() { # NAME APPEND: until it powers off; what the script says goes to standard output
	timeout -k 5 600 qemu-system-x86_64 -accel "$accelerator" -cpu max -smp 2 -m 1G \
		-nodefaults -no-user-config -display none \
		-kernel "$root/boot/vmlinuz-$release" -initrd "$work/initramfs.cpio" \
		-drive "file=$work/disk.img,format=raw,if=virtio" \
		-append "console=ttyS0,115200 panic=1 oops=panic systemd.show_status=1 $2" \
		-serial "file:$logs/console-$1" -serial stdio </dev/null >"$work/said-$1" 2>"$logs/qemu-$1" &
	emulator=$!
	wait $emulator || :
	emulator=
	grep -v '^# guest: ' "$work/said-$1" || :
}

run reboots ''
run disabled lpatch.disable
number=$(cat "$work"/said-* | grep -c -E '^(not )?ok ' || :)
status=0

report() { # VERDICT SENTENCE
	number=$((number + 1))
	echo "$1 $number - $2"
	[ "$1" = ok ] || status=1
}

if grep -q '^# guest: done' "$work/said-disabled"; then
	report ok "the guest came to the end of its script"
else
	report "not ok" "the guest came to the end of its script"
	for console in "$logs"/console-*; do
		echo "# the end of ${console##*/}:"
		tail -n 40 "$console" | tr -d '\r' | sed 's/^/#   /'
	done
fi

# A kernel that crashes prints its stack; the next one begins with its version.
cat "$logs"/console-* | tr -d '\r' |
	sed '/sysrq: Trigger a crash/,/ Linux version /d' >"$work/console"
report "$(grep -q 'sysrq: Trigger a crash' "$logs"/console-* && echo ok || echo not ok)" \
	"the crash while the system booted can be seen"
if grep -E -f "$here/../log-warnings" "$work/console" >"$work/found"; then
	report "not ok" "no kernel log has another warning"
	sed 's/^/# /' "$work/found"
else
	report ok "no kernel log has another warning"
fi
echo "1..$number"
exit $status
