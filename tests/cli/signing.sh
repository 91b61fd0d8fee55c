#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lpatch-create --sign-key --sign-cert: the signatures that it makes, and the keys that it refuses
# before it builds anything. LPATCH_TEST_ROOT is the root of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")
meminfo=$top/examples/meminfo-line.patch

create() { # OPTION...
	"$bin/lpatch-create" -q --root="$root" --target="$release" --patch="$meminfo" --id=abc "$@"
}

member() { # BUNDLE MEMBER: into a file of that name
	zstd -q -d -c "$1" | tar -x -O "$2" >"$2"
}

# refuses SENTENCE REGEX OPTION...: as wrong usage, in one line, before the kernel is looked at.
refuses() {
	local sentence=$1 regex=$2

	shift 2
	exits 2 "$sentence" "$bin/lpatch-create" --patch="$meminfo" --root=/nonexistent \
		--target=none -o refused.tar.zst "$@"
	says "$sentence: it says why" "$regex"
	holds "$sentence: in one message" test "$(grep -c '^[^ ]*lpatch-create: ' err)" = 1
}

signer() { # NAME ALGORITHM...: NAME.key and NAME.crt
	local name=$1

	shift
	openssl req -x509 -newkey "$@" -nodes -subj "/CN=$name" -days 1 \
		-keyout "$name.key" -out "$name.crt" 2>>err
}

signer alice rsa:2048
signer bob rsa:2048
signer carol ec -pkeyopt ec_paramgen_curve:P-256
openssl req -x509 -newkey ed25519 -nodes -subj /CN=edward -keyout edward.key -out edward.crt 2>>err
openssl rsa -in alice.key -aes256 -passout pass:secret -out locked.key 2>>err
openssl pkcs12 -export -inkey alice.key -in alice.crt -passout pass: -out alice.p12
openssl x509 -in alice.crt -outform DER -out alice.der
: >empty.key

# Keys that can't sign -----------------------------------------------------------

refuses "a key without a certificate is refused" '--sign-cert is missing' --sign-key=alice.key
refuses "a certificate without a key is refused" '--sign-key is missing' --sign-cert=alice.crt
refuses "a key that is not there is refused" 'nowhere.key: No such file' \
	--sign-key=nowhere.key --sign-cert=alice.crt
refuses "a certificate that is not there is refused" 'nowhere.crt: No such file' \
	--sign-key=alice.key --sign-cert=nowhere.crt
refuses "a folder as a key is refused" 'Is a directory' --sign-key=. --sign-cert=alice.crt
refuses "an empty key is refused" 'empty.key: not a private key in PEM' \
	--sign-key=empty.key --sign-cert=alice.crt
refuses "a certificate as a key is refused" 'alice.crt: not a private key in PEM' \
	--sign-key=alice.crt --sign-cert=alice.crt
refuses "a key in PKCS #12 is refused" 'alice.p12: not a private key in PEM' \
	--sign-key=alice.p12 --sign-cert=alice.crt
says "with the way to PEM" 'openssl-pkcs12'
refuses "a key as a certificate is refused" 'alice.key: not a certificate in PEM or DER' \
	--sign-key=alice.key --sign-cert=alice.key
refuses "the certificate of another key is refused" \
	'the certificate bob.crt does not belong to the key alice.key' \
	--sign-key=alice.key --sign-cert=bob.crt
refuses "a kind of key that the kernel can't check is refused" \
	'edward.key: a key of the kind ED25519' --sign-key=edward.key --sign-cert=edward.crt
refuses "an encrypted key is refused without its passphrase" 'locked.key: the key needs a passphrase' \
	--sign-key=locked.key --sign-cert=alice.crt
says "and where to give it is said" 'KBUILD_SIGN_PIN'
KBUILD_SIGN_PIN=wrong
export KBUILD_SIGN_PIN
refuses "and with another one" "locked.key: the passphrase does not open the key" \
	--sign-key=locked.key --sign-cert=alice.crt
unset KBUILD_SIGN_PIN
if [ "$(id -u)" != 0 ]; then
	cp alice.key unreadable.key
	chmod 0 unreadable.key
	refuses "a key that can't be read is refused" 'unreadable.key: Permission denied' \
		--sign-key=unreadable.key --sign-cert=alice.crt
else
	skip "a key that can't be read is refused" "root reads everything"
fi

# Keys that can ------------------------------------------------------------------

ok "a bundle that nobody signs is made" create -o unsigned.tar.zst
ok "and a signed one" create --sign-key=alice.key --sign-cert=alice.crt -o signed.tar.zst
zstd -q -d -c signed.tar.zst | tar -t >names
printf '%s\n' manifest.json manifest.sig lpatch.ko lpatch_abc.ko patch.diff >expected
holds "it has a signature behind the manifest" cmp names expected

# As the kernel's own program signs, where the headers have it.
sign_file=$(find "$root"/usr/lib/linux-kbuild-*/scripts -name sign-file | head -n 1)
for module in lpatch lpatch_abc; do
	member signed.tar.zst $module.ko
	mv $module.ko signed.ko
	member unsigned.tar.zst $module.ko
	"$sign_file" sha256 alice.key alice.crt $module.ko
	holds "$module.ko is what the kernel's sign-file makes of it" cmp $module.ko signed.ko
	/sbin/modinfo ./signed.ko >out
	says "and names its signer" '^signer: *alice$' out
done

member signed.tar.zst manifest.json
member signed.tar.zst manifest.sig
ok "the manifest's signature holds" openssl cms -verify -binary -inform DER -in manifest.sig \
	-content manifest.json -CAfile alice.crt -purpose any -out /dev/null
ok "lpatch-view reads the bundle" "$bin/lpatch-view" --file=signed.tar.zst
says "and names who has signed the modules" \
	'^Its modules are signed for the kernel by CN = alice \(sha256\)\.$' out
says "and the bundle" '^Signed by CN = alice according to the bundle, but: ' out
ok "as it does with --json" "$bin/lpatch-view" --json --file=signed.tar.zst
says "for programs" '"signer": ?"CN = alice"' out
mkdir -p alone/bin
cp "$bin/lpatch-view" alone/bin
exits 1 "without what checks signatures it has no word for one" alone/bin/lpatch-view --file=signed.tar.zst
says "and says what is missing" 'no signature can be checked: .*/alone/lib/lpatch/lpatch-signature.so: '

KBUILD_SIGN_PIN=secret
export KBUILD_SIGN_PIN
ok "an encrypted key signs with its passphrase, and a certificate may be binary" \
	create --sign-key=locked.key --sign-cert=alice.der -o again.tar.zst
unset KBUILD_SIGN_PIN
holds "the bundle is the same" cmp signed.tar.zst again.tar.zst
ok "an elliptic curve key signs" create --sign-key=carol.key --sign-cert=carol.crt -o curve.tar.zst
says "with a warning, since this kernel can't check that" \
	"kernel $release can't check signatures by elliptic curve keys"
member curve.tar.zst manifest.json
member curve.tar.zst manifest.sig
ok "and its signature holds" openssl cms -verify -binary -inform DER -in manifest.sig \
	-content manifest.json -CAfile carol.crt -purpose any -out /dev/null
plan
