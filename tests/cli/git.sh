#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lpatch-create --git with hostile configurations of git: those of the repository, of the user, in
# the environment and in files of the tree. None of them runs a program or changes a byte of the
# bundle. LPATCH_TEST_ROOT is the root of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")
meminfo=$top/examples/meminfo-line.patch
mkdir tmp
TMPDIR=$work/tmp
export TMPDIR

git_in() {
	git -C repository -c user.name=Test -c user.email=test@example.com \
		-c init.defaultBranch=main "$@" >/dev/null
}

create() { # REVISION OPTION...: from within the repository
	local revision=$1

	shift
	(cd repository && "$bin/lpatch-create" -q --root="$root" --target="$release" \
		--id=git --git="$revision" "$@")
}

# A file at the same lines as the kernel's.
mkdir -p repository/fs/proc
{
	seq 38
	sed -n 's/^ //p' "$meminfo"
	seq 10
} >repository/fs/proc/meminfo.c
git_in init
git_in add .
git_in commit -m 'As it was'
patch -s -d repository -p1 <"$meminfo"
git_in commit -a -m 'Say that the kernel is patched'
git_in tag -a -m 'A tag' tagged
git_in branch other HEAD~1

ok "a plain repository gives an update" create HEAD -o ../plain.tar.zst
ok "and a range" create HEAD~1..HEAD -o ../plain-range.tar.zst

# same SENTENCE: the same bundle as from the plain repository, and no program was run.
same() {
	rm -f ran one.tar.zst
	ok "$1: the update is made" create HEAD -o ../one.tar.zst
	holds "$1: of the same bytes" cmp plain.tar.zst one.tar.zst
	holds "$1: no program was run" test ! -e ran
}

# The same for a range, which git is asked for in another way.
same_range() {
	rm -f ran range.tar.zst
	ok "$1: the range is made" create HEAD~1..HEAD -o ../range.tar.zst
	holds "$1: with its bytes" cmp plain-range.tar.zst range.tar.zst
	holds "$1: nor was a program run for it" test ! -e ran
}

# A program that is in every setting that takes one. It leaves a mark, and other bytes.
cat >evil <<END
#!/bin/sh
echo "\$0 \$*" >>"$work/ran"
echo '-evil'
END
chmod +x evil
evil=$work/evil

hostile_config() { # FILE
	git config --file "$1" alias.diff "!$evil alias"
	git config --file "$1" alias.show "!$evil alias"
	for setting in core.fsmonitor core.pager pager.diff pager.show diff.external \
		diff.evil.command diff.evil.textconv diff.cpp.textconv filter.evil.clean \
		filter.evil.smudge filter.evil.process core.sshCommand core.gitProxy core.editor \
		core.alternateRefsCommand core.askPass gpg.program gpg.ssh.program \
		credential.helper interactive.diffFilter uploadpack.packObjectsHook \
		remote.origin.uploadpack trace2.normalTarget; do
		git config --file "$1" "$setting" "$evil"
	done
	git config --file "$1" diff.evil.binary true
	git config --file "$1" diff.evil.xfuncname '^.*$'
	git config --file "$1" diff.cpp.xfuncname '^[0-9]+$'
	git config --file "$1" diff.noprefix true
	git config --file "$1" diff.mnemonicPrefix true
	git config --file "$1" diff.srcPrefix x/
	git config --file "$1" diff.algorithm patience
	git config --file "$1" diff.context 9
	git config --file "$1" diff.interHunkContext 40
	git config --file "$1" diff.orderFile "$work/order"
	git config --file "$1" diff.renames copies
	git config --file "$1" diff.relative true
	git config --file "$1" diff.submodule log
	git config --file "$1" diff.ignoreSubmodules all
	git config --file "$1" diff.suppressBlankEmpty true
	git config --file "$1" diff.colorMoved zebra
	git config --file "$1" core.quotePath false
	git config --file "$1" core.abbrev 5
	git config --file "$1" color.ui always
	git config --file "$1" color.diff always
	git config --file "$1" log.showSignature true
	git config --file "$1" log.decorate full
	git config --file "$1" log.date relative
	git config --file "$1" log.diffMerges off
	git config --file "$1" log.mailmap true
	git config --file "$1" format.pretty oneline
	git config --file "$1" i18n.logOutputEncoding UTF-16
	git config --file "$1" notes.displayRef 'refs/notes/*'
	git config --file "$1" core.attributesFile "$work/attributes"
	git config --file "$1" core.hooksPath "$work/hooks"
	git config --file "$1" include.path "$work/included"
	git config --file "$1" includeIf.gitdir:/.path "$work/included"
}
echo '* diff=evil filter=evil' >attributes
echo 'fs/*' >order
mkdir hooks
cp evil hooks/post-index-change
cp evil hooks/reference-transaction
git config --file included diff.external "$evil"

# The repository -------------------------------------------------------------------

cp repository/.git/config config.before
hostile_config repository/.git/config
git -C repository diff HEAD~1 HEAD >/dev/null 2>&1
holds "git itself runs a program of such a config" test -e ran
same "a repository with a hostile config"
same_range "a repository with a hostile config"
ok "a tag of it too" create tagged -o ../tag.tar.zst
ok "and an old entry of its log" create 'HEAD@{0}' -o ../log.tar.zst
echo '[core' >repository/.git/config
same "a repository with a damaged config"
rm repository/.git/config
mkfifo repository/.git/config
same "a repository whose config is a pipe"
rm repository/.git/config
cp config.before repository/.git/config

mkdir -p repository/.git/info
cp attributes repository/.git/info/attributes
cp attributes repository/.gitattributes
cp attributes repository/fs/.gitattributes
git config --file repository/.git/config diff.evil.textconv "$evil"
same "a repository with attributes"
rm repository/.gitattributes repository/fs/.gitattributes repository/.git/info/attributes
cp config.before repository/.git/config

tree=$(git -C repository rev-parse 'HEAD~1^{tree}')
lie=$(git -C repository -c user.name=T -c user.email=t@e commit-tree -m lie "$tree")
head=$(git -C repository rev-parse HEAD)
git_in replace "$head" "$lie"
holds "git itself uses a replacement" sh -c \
	'git -C repository show -s --format=%s HEAD 2>/dev/null | grep -qx lie'
same "a repository with a replacement"
git_in replace -d "$head"
echo "$head" >repository/.git/info/grafts
same "a repository with a graft"
rm repository/.git/info/grafts
git_in notes add -m 'A note' HEAD
echo 'Nobody <nobody@example.com> <test@example.com>' >repository/.mailmap
same "a repository with notes and a mailmap"
rm repository/.mailmap
git_in tag HEAD "$(git -C repository rev-parse HEAD)"
same "a repository with an ambiguous reference"
git_in tag -d HEAD
git_in pack-refs --all
git_in gc -q
same "a packed repository"

# Objects that another repository promises to have are not fetched from it.
cp -r repository promised
mv repository whole
mv promised repository
blob=$(git -C repository rev-parse HEAD:fs/proc/meminfo.c)
pack=$(ls repository/.git/objects/pack/*.pack)
mv "$pack" moved.pack
rm -f repository/.git/objects/pack/*
git -C repository unpack-objects -q <moved.pack
rm -f "repository/.git/objects/$(echo "$blob" | sed 's|^..|&/|')"
git config --file repository/.git/config remote.origin.url "ext::$evil %S"
git config --file repository/.git/config remote.origin.promisor true
git config --file repository/.git/config protocol.allow always
git config --file repository/.git/config extensions.partialClone origin
git config --file repository/.git/config core.repositoryFormatVersion 1
rm -f ran
git -C repository show HEAD >/dev/null 2>&1
holds "git itself runs a program to get what is missing" test -e ran
rm -f ran
exits 2 "a repository without the objects is refused" create HEAD -o ../none.tar.zst
holds "and nothing is run to get them" test ! -e ran
rm -rf repository
mv whole repository

# The user and the environment -----------------------------------------------------

mkdir -p home/.config/git
hostile_config home/.gitconfig
cp attributes home/.config/git/attributes
HOME_BEFORE=$HOME
XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache}
HOME=$work/home
XDG_CONFIG_HOME=$work/home/.config
export HOME XDG_CACHE_HOME XDG_CONFIG_HOME
same "a user with a hostile config"
same_range "a user with a hostile config"
HOME=$HOME_BEFORE
unset XDG_CONFIG_HOME

create_hostile() {
	env GIT_EXTERNAL_DIFF="$evil" GIT_PAGER="$evil" PAGER="$evil" GIT_DIFF_OPTS=--unified=9 \
		GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=diff.external GIT_CONFIG_VALUE_0="$evil" \
		GIT_CONFIG_PARAMETERS="'diff.noprefix'='true'" GIT_CONFIG="$work/included" \
		GIT_CONFIG_GLOBAL="$work/included" GIT_CONFIG_SYSTEM="$work/included" \
		GIT_DIR=/nonexistent GIT_WORK_TREE=/ GIT_INDEX_FILE=/nonexistent \
		GIT_OBJECT_DIRECTORY=/nonexistent GIT_NAMESPACE=other GIT_EXEC_PATH="$work/hooks" \
		GIT_SSH_COMMAND="$evil" GIT_ASKPASS="$evil" GIT_TRACE="$work/trace" \
		GIT_GRAFT_FILE="$work/order" GIT_NOTES_REF=refs/notes/commits \
		GIT_LITERAL_PATHSPECS=1 GIT_ATTR_SOURCE=HEAD GIT_TRACE2="$work/trace" \
		GIT_REPLACE_REF_BASE=refs/heads/ GIT_COMMON_DIR=/nonexistent "$@"
}
rm -f ran
ok "a hostile environment: the update is made" create_hostile sh -c \
	'cd repository && exec "$@"' - "$bin/lpatch-create" -q --root="$root" --target="$release" \
	--id=git --git=HEAD -o ../one.tar.zst
holds "a hostile environment: of the same bytes" cmp plain.tar.zst one.tar.zst
holds "a hostile environment: no program was run" test ! -e ran
holds "a hostile environment: nothing was traced" test ! -e trace

# Where it is ----------------------------------------------------------------------

mkdir repository/below
ok "a directory below the top is in the repository" sh -c \
	'cd repository/below && exec "$@"' - "$bin/lpatch-create" -q --root="$root" \
	--target="$release" --id=git --git=HEAD -o ../../one.tar.zst
holds "which gives the same" cmp plain.tar.zst one.tar.zst
newline='
'
for name in 'a b' 'a:b' "it's \"\$(touch ran)\"" "a${newline}b" '--upload-pack=x' '-c'; do
	mv repository "./$name"
	rm -f one.tar.zst ran
	ok "a repository called $(printf %s "$name" | tr '\n' ' ')" sh -c 'cd "./$1" && shift && exec "$@"' - \
		"$name" "$bin/lpatch-create" -q --root="$root" --target="$release" --id=git \
		--git=HEAD -o ../one.tar.zst
	holds "gives the same" cmp plain.tar.zst one.tar.zst
	mv "./$name" repository
done
git_in worktree add -q ../linked other
ok "a linked working tree has its own HEAD" sh -c 'cd linked && exec "$@"' - \
	"$bin/lpatch-create" -q --root="$root" --target="$release" --id=git --git=HEAD..main \
	-o ../range.tar.zst
says "which gives the whole change" '^\+' /dev/stdin <<END
$(zstd -q -d -c range.tar.zst | tar -x -O patch.diff)
END
git_in clone -q --bare . ../bare.git
mv repository checkout
mv bare.git repository
same "a bare repository"
git -C . clone -q --bare --shared repository borrowed.git
mv repository lender
ln -s lender repository
mv borrowed.git borrowing
rm repository
ln -s borrowing repository
ln -s lender repository.git
sed -i "s|.*|$work/lender/objects|" borrowing/objects/info/alternates
same "a repository that borrows objects"
rm repository
mv checkout repository

for revision in '--output=evil-output' '--ext-diff' '-p' "\$(touch ran)" ';touch ran' 'HEAD@{upstream}' \
	'main --' ''; do
	exits 2 "'$revision' is no revision" create "$revision" -o ../none.tar.zst
done
holds "and none of these was run, or written to" sh -c \
	'[ ! -e ran ] && [ ! -e repository/ran ] && [ ! -e repository/evil-output ]'

mkdir outside
exits 2 "a directory outside of any repository is refused" sh -c 'cd outside && exec "$@"' - \
	"$bin/lpatch-create" -q --root="$root" --target="$release" --git=HEAD
says "and names the reason" '^lpatch-create: --git=HEAD: .*/outside is not in a git repository$'

# Another user's
if [ "$(id -u)" = 0 ]; then
	chown -R 65534 repository
	exits 2 "another user's repository is refused" create HEAD -o ../none.tar.zst
	says "and names the reason" 'repository/.git belongs to another user \(65534\)$'
	says "with what to do" 'use a clone of your own'
	holds "in two lines" test "$(wc -l <err)" = 2
	chown -R 0 repository
	chown 65534 repository/.git/objects
	exits 2 "so is one that has another user's objects" create HEAD -o ../none.tar.zst
	chown 0 repository/.git/objects
else
	skip "another user's repository is refused" "only root can make one"
fi

# A submodule is no file.
git -c init.defaultBranch=main init -q module
git -C module -c user.name=T -c user.email=t@e commit -q --allow-empty -m one
git_in -c protocol.file.allow=always submodule --quiet add ../module sub 2>/dev/null
git_in commit -m 'Add a submodule'
git config --file repository/.git/config submodule.sub.update "!$evil"
git config --file repository/.git/config diff.submodule log
git config --file repository/.gitmodules submodule.sub.ignore all
rm -f ran
create HEAD -o ../none.tar.zst >out 2>err
holds "a submodule makes no update" test ! -e none.tar.zst
holds "and runs nothing" test ! -e ran

holds "nothing is left in TMPDIR" sh -c '[ -z "$(ls -A tmp)" ]'
plan
