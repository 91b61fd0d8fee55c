#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lpatch-create and kernels that it was never tested on: what is known is said first, and what the
# core needs is checked before anything is built. The kernels are a real one with one thing changed.
# LPATCH_TEST_ROOT is its root. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")
export XDG_CACHE_HOME="$work/cache"
mkdir source other other/build
cp "$root/usr/src/linux-headers-$release/.config" other/.config
cp "$root/usr/src/linux-headers-$release/Module.symvers" other/build/Module.symvers

# A source without files: nothing can be built from it.
create() {
	"$bin/lpatch-create" --check --config=other --patch="$top/examples/meminfo-line.patch" "$@" source
}

# edited WHAT...: the kernel is the real one with that changed.
edited() {
	python3 "$top/tests/cli/helpers/edit-kernel.py" real other/vmlinux "$@"
}

# Nothing was unpacked, prepared or built.
nothing_built() {
	[ "$(ls cache/lpatch)" = images ]
}

cp "$root/boot/vmlinuz-$release" other/vmlinuz
exits 2 "a kernel that was tested goes on to its source" create -v
says "-v says on which series lpatch was tested" \
	"lpatch was tested on Linux $(echo "$release" | grep -o -E '^[0-9]+\.[0-9]+'): "
says "and how much was compared" 'of ([0-9]+) types, its BTF has \1$'
says "and that it fits" 'has what the core needs$'
holds "without -v there is nothing to say" sh -c '! grep -q "among the kernels" err'
mv cache/lpatch/images/* real
rm other/vmlinuz

holds "a kernel has another prototype" edited argument idle_task
exits 5 "it is refused" create
says "with its name" 'is not what lpatch.s core was written for:$'
says "and both types" \
	'another type: idle_task is struct task_struct \* \(char\), and the core expects struct task_struct \* \(int\)$'
says "the hint has the series that were tested" '^  lpatch was tested on Linux 6\.1, 6\.12; '
holds "nothing was built" nothing_built

sed -i -e '/\tvmap\t/d' -e '/\tproc_mkdir\t/d' other/build/Module.symvers
exits 5 "two exports are missing, too" create
says "the list has the first" '^  not exported: vmap$'
says "and the second" '^  not exported: proc_mkdir$'
says "and the prototype" '^  another type: idle_task '
holds "nothing was built" nothing_built
cp "$root/usr/src/linux-headers-$release/Module.symvers" other/build/Module.symvers

# Only kernels that list the tasks that exit have what this member leads to.
if [ "$(printf '6.9\n%s\n' "$release" | sort -V | head -n 1)" = 6.9 ]; then
	holds "a kernel has no such member" edited member rcu_tasks_percpu rtp_exit_list
	exits 5 "it is refused" create
	says "with the member" \
		'^  no member rcu_tasks_percpu.rtp_exit_list of the type struct list_head$'
	holds "nothing was built" nothing_built
fi

new=$(echo "$release" | sed -E 's/^6\.(1)/6.7/')
holds "a kernel is of another series" edited release "$release" "$new"
exits 2 "it goes on, as it has all" create
says "after a line on the series" \
	"^lpatch-create: warning: Linux 6\.7[0-9]* isn't among the kernels that lpatch was tested on \(6\.1, 6\.12\): what the core needs is checked first\$"
holds "nothing was built" nothing_built
plan
