// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/signer.h"

#include <errno.h>
#include <openssl/err.h>
#include <string.h>

#include "common/crypto.h"

/* A key or certificate is some KiB. */
#define FILE_LIMIT (1024UL * 1024)

struct signer {
	EVP_PKEY *key;
	X509 *certificate;
	char *name;
};

/* The passphrase for libcrypto while it reads a key. */
struct passphrase {
	const char *text; /* or NULL */
	bool asked;
};

static int tell_passphrase(char *buffer, int size, int writing, void *data)
{
	struct passphrase *passphrase = data;

	(void)writing;
	passphrase->asked = true;
	if (!passphrase->text || strlen(passphrase->text) > (size_t)size)
		return -1;
	memcpy(buffer, passphrase->text, strlen(passphrase->text));
	return strlen(passphrase->text);
}

static struct lp_error *read_input(const char *path, struct blob *contents)
{
	_cleanup_error_ struct lp_error *error = file_read(path, FILE_LIMIT, contents);

	return error ? lp_error_new(LP_USAGE, "%s", error->message) : NULL;
}

static struct lp_error *bad_key(const char *path, const struct passphrase *passphrase)
{
	const char *reason = crypto_reason();

	if (passphrase->asked && !passphrase->text)
		return lp_error_hint(lp_error_new(LP_USAGE, "%s: the key needs a passphrase", path),
				     "Set KBUILD_SIGN_PIN to it, as for the kernel's own build.");
	if (passphrase->asked)
		return lp_error_new(LP_USAGE, "%s: the passphrase does not open the key (%s)", path,
				    reason);
	return lp_error_hint(
		lp_error_new(LP_USAGE, "%s: not a private key in PEM (%s)", path, reason),
		"openssl-pkey(1) and openssl-pkcs12(1) turn other forms of keys into PEM.");
}

static struct lp_error *read_key(const struct signer_files *files, EVP_PKEY **key)
{
	struct passphrase passphrase = {.text = files->passphrase};
	_cleanup_blob_ struct blob contents = {};

	lp_try(read_input(files->key, &contents));
	_cleanup_(cleanup_bio) BIO *text = BIO_new_mem_buf(contents.data, contents.size);

	if (!text)
		return lp_error_no_memory();
	*key = PEM_read_bio_PrivateKey(text, NULL, tell_passphrase, &passphrase);
	if (!*key)
		return bad_key(files->key, &passphrase);
	if (EVP_PKEY_is_a(*key, "RSA") || EVP_PKEY_is_a(*key, "EC"))
		return NULL;
	return lp_error_new(LP_USAGE, "%s: a key of the kind %s; only RSA and EC keys can sign",
			    files->key, EVP_PKEY_get0_type_name(*key));
}

static struct lp_error *read_certificate(const char *path, X509 **certificate)
{
	_cleanup_blob_ struct blob contents = {};

	lp_try(read_input(path, &contents));
	_cleanup_(cleanup_bio) BIO *text = BIO_new_mem_buf(contents.data, contents.size);
	const unsigned char *der = contents.data;

	if (!text)
		return lp_error_no_memory();
	*certificate = PEM_read_bio_X509(text, NULL, crypto_no_passphrase, NULL);
	if (!*certificate)
		*certificate = d2i_X509(NULL, &der, contents.size);
	if (!*certificate)
		return lp_error_new(LP_USAGE, "%s: not a certificate in PEM or DER (%s)", path,
				    crypto_reason());
	ERR_clear_error();
	return NULL;
}

static struct lp_error *fill(const struct signer_files *files, struct signer *signer)
{
	lp_try(read_key(files, &signer->key));
	lp_try(read_certificate(files->certificate, &signer->certificate));
	if (X509_check_private_key(signer->certificate, signer->key) != 1) {
		ERR_clear_error();
		return lp_error_new(LP_USAGE, "the certificate %s does not belong to the key %s",
				    files->certificate, files->key);
	}
	return crypto_name(X509_get_subject_name(signer->certificate), &signer->name);
}

struct lp_error *signer_open(const struct signer_files *files, struct signer **signer)
{
	_cleanup_signer_ struct signer *result = calloc(1, sizeof(*result));

	*signer = NULL;
	if (!result)
		return lp_error_no_memory();
	lp_try(fill(files, result));
	*signer = take(result);
	return NULL;
}

const char *signer_name(const struct signer *signer)
{
	return signer->name;
}

bool signer_is_elliptic(const struct signer *signer)
{
	return EVP_PKEY_is_a(signer->key, "EC");
}

/* The signed data, complete except for the signed bytes. */
static CMS_ContentInfo *sign(const struct signer *signer, const EVP_MD *hash, BIO *data,
			     bool with_certificate)
{
	const unsigned int certificates = with_certificate ? 0 : CMS_NOCERTS;
	/* No attributes: the time of signing would make each signature different. */
	const unsigned int signing = CMS_BINARY | CMS_NOATTR | CMS_NOSMIMECAP | certificates;
	/* Starts without a signer, since libcrypto would choose the digest. */
	_cleanup_(cleanup_cms) CMS_ContentInfo *cms = CMS_sign(
		NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_BINARY | CMS_DETACHED | CMS_STREAM);

	if (!cms || !CMS_add1_signer(cms, signer->certificate, signer->key, hash, signing) ||
	    CMS_final(cms, data, NULL, CMS_BINARY) != 1)
		return NULL;
	return take(cms);
}

struct lp_error *signer_sign(const struct signer *signer, const struct blob *text, const char *hash,
			     bool with_certificate, struct blob *signature)
{
	_cleanup_(cleanup_bio) BIO *data = BIO_new_mem_buf(text->data, text->size);
	const EVP_MD *digest = EVP_get_digestbyname(hash);

	if (!data)
		return lp_error_no_memory();
	if (!digest)
		return lp_error_new(LP_INTERNAL, "can't sign: libcrypto has no digest %s", hash);
	_cleanup_(cleanup_cms) CMS_ContentInfo *cms = sign(signer, digest, data, with_certificate);
	int size = cms ? i2d_CMS_ContentInfo(cms, NULL) : -1;

	if (size < 0)
		return lp_error_new(LP_INTERNAL, "can't sign: %s", crypto_reason());
	signature->data = malloc(size + 1);
	if (!signature->data)
		return lp_error_no_memory();
	unsigned char *next = signature->data;

	signature->size = i2d_CMS_ContentInfo(cms, &next);
	signature->data[size] = '\0';
	return NULL;
}

void signer_free(struct signer *signer)
{
	if (!signer)
		return;
	EVP_PKEY_free(signer->key);
	X509_free(signer->certificate);
	free(signer->name);
	free(signer);
}
