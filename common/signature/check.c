// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/signature_check.h"

#include <errno.h>
#include <fnmatch.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "common/crypto.h"
#include "common/text.h"

static void cleanup_store(X509_STORE **store)
{
	X509_STORE_free(*store);
}

static void cleanup_signers(STACK_OF(X509) * *signers)
{
	sk_X509_free(*signers);
}

static void cleanup_certificates(STACK_OF(X509) * *certificates)
{
	sk_X509_pop_free(*certificates, X509_free);
}

static void cleanup_chain(X509_STORE_CTX **chain)
{
	X509_STORE_CTX_free(*chain);
}

/* Trusted certificates -------------------------------------------------------------- */

/* Adds all certificates of one file to the store; *count grows by their number. */
static struct lp_error *trust_file(const char *path, X509_STORE *store, size_t *count)
{
	_cleanup_(cleanup_bio) BIO *file = BIO_new_file(path, "r");
	size_t before = *count;

	if (!file) {
		ERR_clear_error();
		return lp_error_errno(errno, "can't open %s", path);
	}
	for (;;) {
		_cleanup_(cleanup_certificate) X509 *certificate =
			PEM_read_bio_X509(file, NULL, crypto_no_passphrase, NULL);

		if (!certificate)
			break;
		if (!X509_STORE_add_cert(store, certificate))
			return lp_error_new(LP_INTERNAL, "%s: %s", path, crypto_reason());
		++*count;
	}
	bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;

	ERR_clear_error();
	if (at_end && *count > before)
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_INTERNAL, "%s: not a certificate in PEM", path),
		"Repair or remove it: every *.pem file there is a trusted certificate.");
}

/*
 * True for the name of a certificate that would be ignored: the administrator who put it
 * there expects that it is used and that only signed updates are accepted.
 */
static bool is_misnamed(const char *name)
{
	static const char *const patterns[] = {"*.pem", "*.crt", "*.cer", "*.der"};

	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		if (!fnmatch(patterns[i], name, FNM_PERIOD | FNM_CASEFOLD))
			return true;
	}
	return false;
}

/* Fills the store with all certificates of the folder. */
static struct lp_error *trust_folder(const char *folder, X509_STORE *store, size_t *count)
{
	_cleanup_closedir_ DIR *directory = opendir(folder);
	struct dirent *entry;

	*count = 0;
	if (!directory && errno == ENOENT)
		return NULL;
	if (!directory)
		return lp_error_errno(errno, "can't read %s", folder);
	while ((entry = readdir(directory))) {
		_cleanup_free_ char *path = NULL;

		lp_try(text_format(&path, "%s/%s", folder, entry->d_name));
		if (!fnmatch("*.pem", entry->d_name, FNM_PERIOD))
			lp_try(trust_file(path, store, count));
		else if (is_misnamed(entry->d_name))
			return lp_error_hint(
				lp_error_new(LP_INTERNAL,
					     "%s: the name of a certificate must end with .pem",
					     path),
				"Rename it, or remove it if it is not a trusted certificate.");
	}
	return NULL;
}

/* A store that trusts every certificate in it. */
static X509_STORE *new_store(void)
{
	X509_STORE *store = X509_STORE_new();

	if (store) {
		X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
		X509_STORE_set_purpose(store, X509_PURPOSE_ANY);
	}
	return store;
}

static struct lp_error *trusts_anybody(const char *folder, bool *anybody)
{
	_cleanup_(cleanup_store) X509_STORE *store = new_store();
	size_t count = 0;

	if (!store)
		return lp_error_no_memory();
	lp_try(trust_folder(folder, store, &count));
	*anybody = count > 0;
	return NULL;
}

/* Checking -------------------------------------------------------------------- */

static struct lp_error *parse(const struct blob *signature, CMS_ContentInfo **cms)
{
	const unsigned char *next = signature->data;

	*cms = d2i_CMS_ContentInfo(NULL, &next, signature->size);
	if (*cms && next == signature->data + signature->size &&
	    OBJ_obj2nid(CMS_get0_type(*cms)) == NID_pkcs7_signed)
		return NULL;
	ERR_clear_error();
	return lp_error_new(LP_BAD_BUNDLE, "the signature is no CMS signed data");
}

/* The names of all signers, separated by ", ". */
static struct lp_error *signers_text(CMS_ContentInfo *cms, char **text)
{
	_cleanup_(cleanup_signers) STACK_OF(X509) *signers = CMS_get0_signers(cms);

	for (int i = 0; i < sk_X509_num(signers); i++) {
		_cleanup_free_ char *name = NULL, *before = take(*text);

		lp_try(crypto_name(X509_get_subject_name(sk_X509_value(signers, i)), &name));
		lp_try(text_format(text, "%s%s%s", before ? before : "", before ? ", " : "", name));
	}
	return *text ? NULL : lp_error_new(LP_BAD_BUNDLE, "the signature names no signer");
}

/*
 * Whether an issued certificate is for signing code (RFC 5280, 4.2.1.3 and 4.2.1.12). The
 * signer's must say so; an authority's is for everything if it says nothing.
 */
static bool may_sign_code(X509 *certificate, bool is_signer)
{
	bool says = X509_get_extension_flags(certificate) & EXFLAG_XKUSAGE;

	if (is_signer && !(X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE))
		return false;
	return says ? (X509_get_extended_key_usage(certificate) & XKU_CODE_SIGN) != 0 : !is_signer;
}

static bool is_in_store(X509_STORE *store, X509 *certificate)
{
	_cleanup_(cleanup_certificates) STACK_OF(X509) *all = X509_STORE_get1_all_certs(store);

	for (int i = 0; i < sk_X509_num(all); i++) {
		if (!X509_cmp(sk_X509_value(all, i), certificate))
			return true;
	}
	return false;
}

/*
 * A trusted authority may also issue certificates for other purposes, such as web servers;
 * those are not trusted for updates. A certificate that is in the folder itself is trusted
 * for any purpose.
 */
static struct lp_error *check_purpose(X509_STORE *store, X509 *signer,
				      STACK_OF(X509) * certificates)
{
	_cleanup_(cleanup_chain) X509_STORE_CTX *chain = X509_STORE_CTX_new();

	if (!chain || !X509_STORE_CTX_init(chain, store, signer, certificates))
		return lp_error_no_memory();
	if (X509_verify_cert(chain) != 1)
		return lp_error_new(LP_BAD_BUNDLE, "the signature is not valid: %s",
				    X509_verify_cert_error_string(X509_STORE_CTX_get_error(chain)));
	for (int i = 0; i < X509_STORE_CTX_get_num_untrusted(chain); i++) {
		X509 *certificate = sk_X509_value(X509_STORE_CTX_get0_chain(chain), i);
		_cleanup_free_ char *name = NULL;

		/*
		 * The chain may continue to the authority of a certificate that is trusted itself.
		 */
		if (is_in_store(store, certificate))
			break;
		if (may_sign_code(certificate, i == 0))
			continue;
		lp_try(crypto_name(X509_get_subject_name(certificate), &name));
		return lp_error_new(LP_BAD_BUNDLE,
				    "the signature is not valid: the certificate of %s is not for "
				    "signing code (extended key usage codeSigning)",
				    name);
	}
	return NULL;
}

static struct lp_error *check_purposes(X509_STORE *store, CMS_ContentInfo *cms)
{
	_cleanup_(cleanup_signers) STACK_OF(X509) *signers = CMS_get0_signers(cms);
	_cleanup_(cleanup_certificates) STACK_OF(X509) *certificates = CMS_get1_certs(cms);

	for (int i = 0; i < sk_X509_num(signers); i++)
		lp_try(check_purpose(store, sk_X509_value(signers, i), certificates));
	return NULL;
}

static struct lp_error *verify(const struct blob *text, const struct blob *signature,
			       const char *folder, char **signer)
{
	_cleanup_(cleanup_store) X509_STORE *store = new_store();
	_cleanup_(cleanup_cms) CMS_ContentInfo *cms = NULL;
	_cleanup_(cleanup_bio) BIO *data = BIO_new_mem_buf(text->data, text->size);
	size_t count;

	*signer = NULL;
	if (!store || !data)
		return lp_error_no_memory();
	lp_try(trust_folder(folder, store, &count));
	lp_try(parse(signature, &cms));
	if (CMS_verify(cms, NULL, store, data, NULL, CMS_BINARY) != 1)
		return lp_error_new(LP_BAD_BUNDLE, "the signature is not valid: %s",
				    crypto_reason());
	lp_try(check_purposes(store, cms));
	return signers_text(cms, signer);
}

static struct lp_error *claim(const struct blob *signature, char **signer)
{
	_cleanup_(cleanup_cms) CMS_ContentInfo *cms = NULL;

	*signer = NULL;
	lp_try(parse(signature, &cms));
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
	_cleanup_(cleanup_certificates) STACK_OF(X509) *certificates = CMS_get1_certs(cms);
	struct lp_error *error = NULL;

	/* Without the signer's certificate only the issuer's name is known. */
	for (int i = 0; i < sk_CMS_SignerInfo_num(infos) && !*signer && !error; i++) {
		CMS_SignerInfo *info = sk_CMS_SignerInfo_value(infos, i);

		for (int k = 0; k < sk_X509_num(certificates) && !*signer && !error; k++) {
			X509 *certificate = sk_X509_value(certificates, k);

			if (!CMS_SignerInfo_cert_cmp(info, certificate))
				error = crypto_name(X509_get_subject_name(certificate), signer);
		}
	}
	if (error || *signer)
		return error;
	return text_format(signer, "a signer whose certificate is not in the signature");
}

const struct signature_operations lpatch_signature_operations = {
	.trusts_anybody = trusts_anybody,
	.verify = verify,
	.claim = claim,
};
