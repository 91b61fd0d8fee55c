#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lpatch-create --keep-going: each change of a series, and each set of hunks of a flat diff, gets the
# verdict that it must get, and the update is that of the changes that are in. LPATCH_TEST_ROOT is
# the root of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")
here=$top/tests/cli

create() { # OPTION...
	"$bin/lpatch-create" -q --root="$root" --target="$release" --id=going "$@"
}

# verdict SENTENCE VERDICT CHANGE TEXT: the line of the change has that verdict, and the text.
verdict() {
	grep -F -e "$3" out >line
	holds "$1" grep -q "^$2 .*$4" line
}

cat >changelog <<'END'
linux (6.1.999-1) bookworm; urgency=medium

  * New upstream stable update:
    - proc: say MemTOTAL (CVE-2026-4242)

 -- Test <test@example.com>  Fri, 27 Nov 2026 12:00:00 +0000
END
ok "a series of which some changes are refused gives an update" create --keep-going \
	--cve=changelog --source-out=source -o series.tar.zst "$here/keep-going.mbox"
verdict "a change is in" in " proc: say MemTotaL" CVE-2026-1001
verdict "so is one on top of it, with its CVE of the changelog" in " proc: say MemTOTAL" \
	CVE-2026-4242
verdict "documentation is nothing to do" not-built " docs: x" ""
verdict "nor is another architecture" not-built " arm64: x" ""
verdict "a comment changes no code" no-code " proc: a comment" ""
verdict "a struct that grows is left out, for its layout" left-out " proc: a member in front" \
	"struct proc_dir_entry"
verdict "what uses its new member needs it" needs " proc: use the member" \
	": needs $(sed -n 's/^left-out  *\([0-9a-f]*\) proc: a member in front.*/\1/p' out)"
verdict "init code alone is nothing to do" init " proc: init code:" "has already run"
verdict "what does not compile is left out, with the compiler's line" left-out \
	" proc: does not compile" "loadavg.c:[0-9]*:[0-9]*: error: "
verdict "what only applies on top of it needs it" needs " proc: builds on" \
	": needs $(sed -n 's/^left-out  *\([0-9a-f]*\) proc: does not compile.*/\1/p' out)"
verdict "of a change of init code and other code nothing is taken" left-out \
	" proc: init code and" "has already run"
holds "every change is in the list" test "$(grep -c '^[a-z-]*  *[0-9a-f]\{12\} ' out)" = 11
holds "and the sums are below" grep -q \
	'^11 changes: 2 in 2 not-built 1 no-code 1 init 3 left-out 2 needs$' out

# The same update as of the diff that was written out.
ok "the diff of what is in gives an update" create -o diff.tar.zst source/lpatch-going.patch
mkdir series diff
tar -C series -xf series.tar.zst
tar -C diff -xf diff.tar.zst
holds "whose module has the same bytes" cmp "$(find series -name lpatch_going.ko)" \
	"$(find diff -name lpatch_going.ko)"
holds "the bundle lists the verdicts" grep -q '"verdict": *"needs"' \
	"$(find series -name manifest.json)"

ok "a flat diff is cut into sets" create --keep-going --check "$here/keep-going.diff"
verdict "a set that is in" in "fs/proc/meminfo.c" ""
verdict "another" in "fs/proc/uptime.c" ""
verdict "a header and its user stand and fall together" left-out "fs/proc/generic.c and 1 more" \
	"struct proc_dir_entry"

# A range of commits: the mails on /proc/meminfo, and that with a comment, each a change of its own.
part=$(LPATCH_TEST_ROOT=$root "$top/tests/source-part") || exit 1
git_in() {
	git -C repository -c user.name=Test -c user.email=test@example.com \
		-c init.defaultBranch=main "$@" >/dev/null
}
mkdir -p repository/fs/proc mails
cp "$part/linux/fs/proc/meminfo.c" "$part/linux/fs/proc/version.c" repository/fs/proc
git mailsplit -omails "$here/keep-going.mbox" >/dev/null
git_in init
git_in add .
git_in commit -m 'As it was'
for mail in 0001 0003 0010; do
	holds "git takes mail $mail" git_in am "$work/mails/$mail"
done
(
	cd repository
	create --keep-going --check --git=HEAD~3..HEAD >../out 2>../err
) || :
for line in "in 0 say MemTOTAL" "no-code 1 a comment" "in 2 say MemTotaL"; do
	kind=${line%% *} line=${line#* }
	hash=$(git -C repository rev-parse --short=12 "HEAD~${line%% *}")
	holds "a commit of a range has its verdict and hash: ${line#* }" grep -q \
		"^$kind  *$hash proc: ${line#* }" out
done

sed -n '/^Subject: .*a comment/,/^From /p' "$here/keep-going.mbox" | sed '$d' >comment.patch
exits 7 "nothing but a comment is nothing to patch" create --keep-going --check comment.patch
holds "and the change has its line" grep -q '^no-code ' out
# An error that comes before a change is judged: lpatch-create without its files in share/.
mkdir -p alone/bin
cp "$bin/lpatch-create" alone/bin
exits 1 "an error of another kind is an error" alone/bin/lpatch-create -q --root="$root" \
	--target="$release" --keep-going -o no.tar.zst "$here/keep-going.diff"
holds "and no change has a verdict" test ! -s out
exits 2 "--cve needs --keep-going" create --cve=changelog comment.patch
exits 2 "a file that says nothing of CVEs is refused" create --keep-going --cve=comment.patch \
	comment.patch
plan
