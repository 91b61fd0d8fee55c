// SPDX-License-Identifier: GPL-2.0-or-later
/* Signatures: made by one whom the folder trusts, over these bytes, or refused with the reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>

#include "common/bundle.h"
#include "common/signature.h"
#include "common/text.h"

#define TEXT "what is signed\n"

/*
 * A folder with two signers, good and other, each KEY NAME.key and certificate
 * NAME.crt, other's being that of an authority; one each issued
 * by them, good-child and other-child; and an empty folder `trusted`.
 */
struct fixture {
	char root[32];
	EVP_PKEY *good, *other, *child;
};

/* The path of a file in the fixture's folder, valid until eight more were asked for. */
static const char *path(const struct fixture *fixture, const char *name)
{
	static char paths[8][128];
	static unsigned int next;
	char *result = paths[next++ % 8];

	snprintf(result, sizeof(paths[0]), "%s/%s", fixture->root, name);
	return result;
}

static X509_NAME *make_name(const char *common_name)
{
	X509_NAME *name = X509_NAME_new();

	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name,
				   -1, -1, 0);
	return name;
}

/* Writes NAME.crt: `subject` with `key`, issued by `issuer`, over since an hour. */
static void write_certificate(const struct fixture *fixture, const char *file, const char *subject,
			      EVP_PKEY *key, const char *issuer, EVP_PKEY *issuer_key)
{
	X509 *certificate = X509_new();
	X509_NAME *subject_name = make_name(subject);
	X509_NAME *issuer_name = make_name(issuer);

	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), key == issuer_key ? 1 : 2);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -7200);
	X509_gmtime_adj(X509_getm_notAfter(certificate), -3600);
	X509_set_subject_name(certificate, subject_name);
	X509_set_issuer_name(certificate, issuer_name);
	X509_set_pubkey(certificate, key);
	if (!strcmp(subject, "other")) {
		X509_EXTENSION *authority =
			X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, "critical,CA:TRUE");

		X509_add_ext(certificate, authority, -1);
		X509_EXTENSION_free(authority);
	}
	assert_true(X509_sign(certificate, issuer_key, EVP_sha256()) > 0);
	FILE *out = fopen(path(fixture, file), "w");

	assert_int_equal(PEM_write_X509(out, certificate), 1);
	fclose(out);
	X509_free(certificate);
	X509_NAME_free(subject_name);
	X509_NAME_free(issuer_name);
}

static EVP_PKEY *make_key(const struct fixture *fixture, const char *file)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	FILE *out = fopen(path(fixture, file), "w");

	assert_int_equal(PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(out);
	return key;
}

static int make_signers(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	strcpy(fixture->root, "/tmp/lpatch-test.XXXXXX");
	assert_non_null(mkdtemp(fixture->root));
	assert_int_equal(mkdir(path(fixture, "trusted"), 0755), 0);
	fixture->good = make_key(fixture, "good.key");
	fixture->other = make_key(fixture, "other.key");
	fixture->child = make_key(fixture, "child.key");
	write_certificate(fixture, "good.crt", "good\033[2J", fixture->good, "good\033[2J",
			  fixture->good);
	write_certificate(fixture, "other.crt", "other", fixture->other, "other", fixture->other);
	write_certificate(fixture, "good-child.crt", "child", fixture->child, "good\033[2J",
			  fixture->good);
	write_certificate(fixture, "other-child.crt", "child", fixture->child, "other",
			  fixture->other);
	*state = fixture;
	return 0;
}

static int remove_signers(void **state)
{
	struct fixture *fixture = *state;
	char command[64];

	EVP_PKEY_free(fixture->good);
	EVP_PKEY_free(fixture->other);
	EVP_PKEY_free(fixture->child);
	snprintf(command, sizeof(command), "rm -rf '%s'", fixture->root);
	assert_int_equal(system(command), 0);
	free(fixture);
	return 0;
}

static void trust(const struct fixture *fixture, const char *certificate, const char *file)
{
	assert_int_equal(link(path(fixture, certificate), path(fixture, file)), 0);
}

static void assert_error(struct lp_error *error, enum lp_status status, const char *message)
{
	assert_non_null(error);
	assert_int_equal(error->status, status);
	if (!strstr(error->message, message))
		fail_msg("\"%s\" is not in \"%s\"", message, error->message);
	lp_error_free(error);
}

static const struct blob signed_text = {(unsigned char *)TEXT, sizeof(TEXT) - 1};

/* A signature over TEXT by the named signer. */
static struct blob sign(const struct fixture *fixture, const char *key, const char *certificate)
{
	struct blob signature = {};

	assert_null(signature_make(&signed_text, path(fixture, key), path(fixture, certificate),
				   &signature));
	return signature;
}

static struct lp_error *verify(const struct fixture *fixture, const struct blob *text,
			       const struct blob *signature)
{
	_cleanup_free_ char *signer = NULL;

	return signature_verify(text, signature, path(fixture, "trusted"), &signer);
}

static void a_trusted_signer_is_named(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob signature = sign(fixture, "good.key", "good.crt");
	_cleanup_free_ char *signer = NULL, *claimed = NULL;

	trust(fixture, "other.crt", "trusted/a.pem");
	trust(fixture, "good.crt", "trusted/b.pem");
	assert_null(signature_verify(&signed_text, &signature, path(fixture, "trusted"), &signer));
	assert_string_equal(signer, "CN = good\\1B[2J");
	assert_null(signature_claim(&signature, &claimed));
	assert_string_equal(claimed, signer);
}

static void whom_a_trusted_authority_has_issued_is_trusted(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob signature = sign(fixture, "child.key", "other-child.crt");

	trust(fixture, "other.crt", "trusted/other.pem");
	assert_null(verify(fixture, &signed_text, &signature));
}

static void a_trusted_signer_is_no_authority(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob signature = sign(fixture, "child.key", "good-child.crt");

	trust(fixture, "good.crt", "trusted/good.pem");
	assert_error(verify(fixture, &signed_text, &signature), LP_BAD_BUNDLE, "doesn't hold");
}

static void somebody_else_is_refused(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob signature = sign(fixture, "other.key", "other.crt");

	assert_error(verify(fixture, &signed_text, &signature), LP_BAD_BUNDLE, "doesn't hold");
	trust(fixture, "good.crt", "trusted/good.pem");
	trust(fixture, "other.crt", "trusted/other.crt");
	assert_error(verify(fixture, &signed_text, &signature), LP_BAD_BUNDLE, "doesn't hold");
}

static void other_bytes_are_refused(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob signature = sign(fixture, "good.key", "good.crt");
	const struct blob shorter = {signed_text.data, signed_text.size - 1};

	trust(fixture, "good.crt", "trusted/good.pem");
	assert_error(verify(fixture, &shorter, &signature), LP_BAD_BUNDLE, "doesn't hold");
}

static void every_truncated_signature_is_refused(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob signature = sign(fixture, "good.key", "good.crt");

	trust(fixture, "good.crt", "trusted/good.pem");
	for (size_t size = 0; size < signature.size; size++) {
		const struct blob part = {signature.data, size};

		assert_error(verify(fixture, &signed_text, &part), LP_BAD_BUNDLE, "signature");
	}
	signature.size++;
	assert_error(verify(fixture, &signed_text, &signature), LP_BAD_BUNDLE, "signature");
}

static void a_damaged_certificate_is_named(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob signature = sign(fixture, "good.key", "good.crt");
	bool anybody;

	trust(fixture, "good.crt", "trusted/a.pem");
	assert_null(file_write(path(fixture, "trusted/b.pem"), TEXT, strlen(TEXT)));
	assert_error(verify(fixture, &signed_text, &signature), LP_INTERNAL, "trusted/b.pem");
	assert_error(signature_trusts_anybody(path(fixture, "trusted"), &anybody), LP_INTERNAL,
		     "trusted/b.pem");
}

static void an_empty_folder_trusts_nobody(void **state)
{
	struct fixture *fixture = *state;
	bool anybody = true;

	assert_null(signature_trusts_anybody(path(fixture, "nowhere"), &anybody));
	assert_false(anybody);
	trust(fixture, "good.crt", "trusted/.hidden.pem");
	assert_null(signature_trusts_anybody(path(fixture, "trusted"), &anybody));
	assert_false(anybody);
	trust(fixture, "good.crt", "trusted/good.pem");
	assert_null(signature_trusts_anybody(path(fixture, "trusted"), &anybody));
	assert_true(anybody);
}

static void what_can_not_sign_is_wrong_usage(void **state)
{
	struct fixture *fixture = *state;
	struct blob signature;

	assert_error(signature_make(&signed_text, path(fixture, "nowhere"),
				    path(fixture, "good.crt"), &signature),
		     LP_USAGE, "No such file");
	assert_error(signature_make(&signed_text, path(fixture, "good.crt"),
				    path(fixture, "good.crt"), &signature),
		     LP_USAGE, "not a private key");
	assert_error(signature_make(&signed_text, path(fixture, "good.key"),
				    path(fixture, "good.key"), &signature),
		     LP_USAGE, "not a certificate");
	assert_error(signature_make(&signed_text, path(fixture, "good.key"),
				    path(fixture, "other.crt"), &signature),
		     LP_USAGE, "is not that of the key");
}

/* Bundles ---------------------------------------------------------------------- */

/* Writes the bundle of an update; good signs it if `key` is not NULL. */
static struct bundle *write_and_read(const struct fixture *fixture, const char *id, const char *key)
{
	_cleanup_manifest_ struct manifest *manifest = calloc(1, sizeof(*manifest));
	const char *file = path(fixture, "bundle");
	struct bundle *bundle;

	manifest->id = strdup(id);
	manifest->description = strdup("");
	manifest->target.release = strdup("6.1.0-56-amd64");
	manifest->target.architecture = strdup("x86_64");
	manifest->target.build_id = strdup("00ff");
	assert_null(bundle_write(file, manifest,
				 &(struct bundle_input){
					 .core = "/dev/null",
					 .update = "/dev/null",
					 .patch = "",
					 .sign_key = key ? path(fixture, key) : NULL,
					 .sign_certificate = path(fixture, "good.crt"),
				 }));
	assert_null(bundle_read(file, &bundle));
	return bundle;
}

static void a_signed_bundle_comes_with_its_signature(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_bundle_ struct bundle *signed_one = write_and_read(fixture, "a", "good.key");
	_cleanup_bundle_ struct bundle *other = write_and_read(fixture, "b", NULL);

	trust(fixture, "good.crt", "trusted/good.pem");
	assert_null(other->signature.data);
	assert_null(verify(fixture, &signed_one->manifest_text, &signed_one->signature));
	assert_error(verify(fixture, &other->manifest_text, &signed_one->signature), LP_BAD_BUNDLE,
		     "doesn't hold");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_signers, remove_signers)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_trusted_signer_is_named),
		TEST(whom_a_trusted_authority_has_issued_is_trusted),
		TEST(a_trusted_signer_is_no_authority),
		TEST(somebody_else_is_refused),
		TEST(other_bytes_are_refused),
		TEST(every_truncated_signature_is_refused),
		TEST(a_damaged_certificate_is_named),
		TEST(an_empty_folder_trusts_nobody),
		TEST(what_can_not_sign_is_wrong_usage),
		TEST(a_signed_bundle_comes_with_its_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
