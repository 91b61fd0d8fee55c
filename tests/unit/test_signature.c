// SPDX-License-Identifier: GPL-2.0-or-later
/* Signatures: by a trusted signer, over exactly these bytes, or refused with the reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>

#include "common/bundle.h"
#include "common/module_signature.h"
#include "common/module_signing.h"
#include "common/signature_check.h"
#include "common/text.h"

#define TEXT "what is signed\n"

/*
 * A folder with two signers, good and other, each KEY NAME.key and certificate
 * NAME.crt, other's being that of an authority; one each issued by them, for signing code,
 * good-child and other-child; what other has issued for other purposes
 * (issued_certificates); and an empty folder `trusted`.
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

/* One extension of X.509 version 3, as x509v3_config(5) writes it. */
struct extension {
	int nid;
	const char *value;
};

#define MAX_EXTENSIONS 3

static const struct extension authority[] = {{NID_basic_constraints, "critical,CA:TRUE"}, {0}};
static const struct extension for_code[] = {{NID_ext_key_usage, "codeSigning"}, {0}};

/* Writes NAME.crt: `subject` with `key`, issued by `issuer`, over since an hour. */
static void write_certificate(const struct fixture *fixture, const char *file, const char *subject,
			      EVP_PKEY *key, const char *issuer, EVP_PKEY *issuer_key,
			      const struct extension *extensions)
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
	for (; extensions && extensions->nid; extensions++) {
		X509_EXTENSION *extension =
			X509V3_EXT_conf_nid(NULL, NULL, extensions->nid, extensions->value);

		assert_non_null(extension);
		X509_add_ext(certificate, extension, -1);
		X509_EXTENSION_free(extension);
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

/* What other has issued. */
static const struct {
	const char *file;
	bool for_code; /* an update may be signed with it */
	struct extension extensions[MAX_EXTENSIONS + 1];
} issued_certificates[] = {
	{"plain.crt", false, {{0}}},
	{"web.crt",
	 false,
	 {{NID_basic_constraints, "CA:FALSE"}, {NID_ext_key_usage, "serverAuth,clientAuth"}}},
	{"mail.crt", false, {{NID_ext_key_usage, "emailProtection"}}},
	{"any.crt", false, {{NID_ext_key_usage, "anyExtendedKeyUsage"}}},
	{"time.crt", false, {{NID_ext_key_usage, "critical,timeStamping"}}},
	{"exchange.crt",
	 false,
	 {{NID_key_usage, "keyEncipherment"}, {NID_ext_key_usage, "codeSigning"}}},
	{"signing.crt",
	 true,
	 {{NID_basic_constraints, "CA:FALSE"},
	  {NID_key_usage, "critical,digitalSignature"},
	  {NID_ext_key_usage, "codeSigning"}}},
	{"both.crt", true, {{NID_ext_key_usage, "serverAuth,codeSigning"}}},
	{"authority.crt", false, {{NID_basic_constraints, "critical,CA:TRUE"}}},
};

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
			  fixture->good, NULL);
	write_certificate(fixture, "other.crt", "other", fixture->other, "other", fixture->other,
			  authority);
	write_certificate(fixture, "good-child.crt", "child", fixture->child, "good\033[2J",
			  fixture->good, for_code);
	write_certificate(fixture, "other-child.crt", "child", fixture->child, "other",
			  fixture->other, for_code);
	for (size_t i = 0; i < ARRAY_SIZE(issued_certificates); i++)
		write_certificate(fixture, issued_certificates[i].file, "child", fixture->child,
				  "other", fixture->other, issued_certificates[i].extensions);
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
	const struct signer_files files = {path(fixture, key), path(fixture, certificate), NULL};
	_cleanup_signer_ struct signer *signer = NULL;
	struct blob signature = {};

	assert_null(signer_open(&files, &signer));
	assert_null(signer_sign(signer, &signed_text, "sha256", true, &signature));
	return signature;
}

static struct lp_error *verify(const struct fixture *fixture, const struct blob *text,
			       const struct blob *signature)
{
	_cleanup_free_ char *signer = NULL;

	return lpatch_signature_operations.verify(text, signature, path(fixture, "trusted"),
						  &signer);
}

static void a_trusted_signer_is_named(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob signature = sign(fixture, "good.key", "good.crt");
	_cleanup_free_ char *signer = NULL, *claimed = NULL;

	trust(fixture, "other.crt", "trusted/a.pem");
	trust(fixture, "good.crt", "trusted/b.pem");
	assert_null(lpatch_signature_operations.verify(&signed_text, &signature,
						       path(fixture, "trusted"), &signer));
	assert_string_equal(signer, "CN = good\\1B[2J");
	assert_null(lpatch_signature_operations.claim(&signature, &claimed));
	assert_string_equal(claimed, signer);
}

static void whom_a_trusted_authority_has_issued_is_trusted(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob signature = sign(fixture, "child.key", "other-child.crt");

	trust(fixture, "other.crt", "trusted/other.pem");
	assert_null(verify(fixture, &signed_text, &signature));
}

static void what_an_authority_has_issued_must_be_for_code(void **state)
{
	struct fixture *fixture = *state;

	trust(fixture, "other.crt", "trusted/other.pem");
	for (size_t i = 0; i < ARRAY_SIZE(issued_certificates); i++) {
		_cleanup_blob_ struct blob signature =
			sign(fixture, "child.key", issued_certificates[i].file);

		if (issued_certificates[i].for_code)
			assert_null(verify(fixture, &signed_text, &signature));
		else
			assert_error(verify(fixture, &signed_text, &signature), LP_BAD_BUNDLE,
				     "the certificate of CN = child is not for signing code");
	}
}

static void what_is_trusted_itself_may_be_for_anything(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(issued_certificates); i++) {
		_cleanup_blob_ struct blob signature =
			sign(fixture, "child.key", issued_certificates[i].file);

		trust(fixture, issued_certificates[i].file, "trusted/issued.pem");
		assert_null(verify(fixture, &signed_text, &signature));
		/* Also beside its authority. */
		trust(fixture, "other.crt", "trusted/other.pem");
		assert_null(verify(fixture, &signed_text, &signature));
		assert_int_equal(unlink(path(fixture, "trusted/issued.pem")), 0);
		assert_int_equal(unlink(path(fixture, "trusted/other.pem")), 0);
	}
}

/* A certificate that an issued authority has issued, both in the signature. */
static struct lp_error *verify_below(const struct fixture *fixture, const struct extension *between)
{
	_cleanup_free_ char *signer = NULL;

	write_certificate(fixture, "between.crt", "between", fixture->good, "other", fixture->other,
			  between);
	write_certificate(fixture, "below.crt", "below", fixture->child, "between", fixture->good,
			  for_code);
	_cleanup_blob_ struct blob signature = sign(fixture, "child.key", "below.crt");
	const unsigned char *next = signature.data;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &next, signature.size);
	FILE *file = fopen(path(fixture, "between.crt"), "r");
	X509 *certificate = PEM_read_X509(file, NULL, NULL, NULL);

	fclose(file);
	assert_int_equal(CMS_add1_cert(cms, certificate), 1);
	X509_free(certificate);
	unsigned char *der = NULL;
	int size = i2d_CMS_ContentInfo(cms, &der);
	const struct blob both = {der, size};
	struct lp_error *error = verify(fixture, &signed_text, &both);

	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	return error;
}

static void an_authority_between_must_be_for_code_if_it_says_what_it_is_for(void **state)
{
	static const struct extension for_all[] = {{NID_basic_constraints, "critical,CA:TRUE"},
						   {0}};
	static const struct extension for_web[] = {{NID_basic_constraints, "critical,CA:TRUE"},
						   {NID_ext_key_usage, "serverAuth"},
						   {0}};
	static const struct extension for_signing[] = {{NID_basic_constraints, "critical,CA:TRUE"},
						       {NID_ext_key_usage, "codeSigning"},
						       {0}};
	static const struct extension for_nobody[] = {{NID_basic_constraints, "CA:FALSE"}, {0}};
	struct fixture *fixture = *state;

	trust(fixture, "other.crt", "trusted/other.pem");
	assert_null(verify_below(fixture, for_all));
	assert_null(verify_below(fixture, for_signing));
	assert_error(verify_below(fixture, for_web), LP_BAD_BUNDLE,
		     "the certificate of CN = between is not for signing code");
	assert_error(verify_below(fixture, for_nobody), LP_BAD_BUNDLE, "is not valid");
}

static void a_trusted_signer_is_no_authority(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob signature = sign(fixture, "child.key", "good-child.crt");

	trust(fixture, "good.crt", "trusted/good.pem");
	assert_error(verify(fixture, &signed_text, &signature), LP_BAD_BUNDLE, "is not valid");
}

static void somebody_else_is_refused(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob signature = sign(fixture, "other.key", "other.crt");

	assert_error(verify(fixture, &signed_text, &signature), LP_BAD_BUNDLE, "is not valid");
	trust(fixture, "good.crt", "trusted/good.pem");
	trust(fixture, "other.crt", "trusted/other.txt");
	assert_error(verify(fixture, &signed_text, &signature), LP_BAD_BUNDLE, "is not valid");
}

static void other_bytes_are_refused(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob signature = sign(fixture, "good.key", "good.crt");
	const struct blob shorter = {signed_text.data, signed_text.size - 1};

	trust(fixture, "good.crt", "trusted/good.pem");
	assert_error(verify(fixture, &shorter, &signature), LP_BAD_BUNDLE, "is not valid");
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
	assert_error(lpatch_signature_operations.trusts_anybody(path(fixture, "trusted"), &anybody),
		     LP_INTERNAL, "trusted/b.pem");
}

static void a_certificate_of_another_name_is_named(void **state)
{
	static const char *const names[] = {"trusted/b.crt", "trusted/b.PEM", "trusted/b.der"};
	struct fixture *fixture = *state;
	bool anybody = false;

	trust(fixture, "good.crt", "trusted/README");
	trust(fixture, "good.crt", "trusted/a.pem.off");
	assert_null(lpatch_signature_operations.trusts_anybody(path(fixture, "trusted"), &anybody));
	assert_false(anybody);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		trust(fixture, "good.crt", names[i]);
		assert_error(lpatch_signature_operations.trusts_anybody(path(fixture, "trusted"),
									&anybody),
			     LP_INTERNAL, names[i]);
		assert_int_equal(unlink(path(fixture, names[i])), 0);
	}
}

static void an_empty_folder_trusts_nobody(void **state)
{
	struct fixture *fixture = *state;
	bool anybody = true;

	assert_null(lpatch_signature_operations.trusts_anybody(path(fixture, "nowhere"), &anybody));
	assert_false(anybody);
	trust(fixture, "good.crt", "trusted/.hidden.pem");
	assert_null(lpatch_signature_operations.trusts_anybody(path(fixture, "trusted"), &anybody));
	assert_false(anybody);
	trust(fixture, "good.crt", "trusted/good.pem");
	assert_null(lpatch_signature_operations.trusts_anybody(path(fixture, "trusted"), &anybody));
	assert_true(anybody);
}

/* The error of opening a signer. */
static struct lp_error *open_signer(const struct fixture *fixture, const char *key,
				    const char *certificate, const char *passphrase)
{
	const struct signer_files files = {path(fixture, key), path(fixture, certificate),
					   passphrase};
	_cleanup_signer_ struct signer *signer = NULL;

	return signer_open(&files, &signer);
}

static void what_can_not_sign_is_wrong_usage(void **state)
{
	struct fixture *fixture = *state;

	assert_error(open_signer(fixture, "nowhere", "good.crt", NULL), LP_USAGE, "No such file");
	assert_error(open_signer(fixture, "good.key", "nowhere", NULL), LP_USAGE, "No such file");
	assert_error(open_signer(fixture, "good.crt", "good.crt", NULL), LP_USAGE,
		     "not a private key");
	assert_error(open_signer(fixture, "good.key", "good.key", NULL), LP_USAGE,
		     "not a certificate");
	assert_error(open_signer(fixture, "good.key", "other.crt", NULL), LP_USAGE,
		     "does not belong to the key");
}

static void a_key_that_needs_a_passphrase_opens_with_it_only(void **state)
{
	struct fixture *fixture = *state;
	FILE *out = fopen(path(fixture, "locked.key"), "w");

	assert_int_equal(PEM_write_PKCS8PrivateKey(out, fixture->good, EVP_aes_256_cbc(), "secret",
						   6, NULL, NULL),
			 1);
	fclose(out);
	assert_null(open_signer(fixture, "locked.key", "good.crt", "secret"));
	assert_error(open_signer(fixture, "locked.key", "good.crt", "Secret"), LP_USAGE,
		     "locked.key: the passphrase does not open the key");
	assert_error(open_signer(fixture, "locked.key", "good.crt", NULL), LP_USAGE,
		     "locked.key: the key needs a passphrase");
}

static void a_key_of_a_kind_that_the_kernel_has_not_is_refused(void **state)
{
	struct fixture *fixture = *state;
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	FILE *out = fopen(path(fixture, "edwards.key"), "w");

	assert_int_equal(PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(out);
	EVP_PKEY_free(key);
	assert_error(open_signer(fixture, "edwards.key", "good.crt", NULL), LP_USAGE, "ED25519");
}

static void a_certificate_may_be_binary(void **state)
{
	struct fixture *fixture = *state;
	FILE *in = fopen(path(fixture, "good.crt"), "r");
	X509 *certificate = PEM_read_X509(in, NULL, NULL, NULL);
	FILE *out = fopen(path(fixture, "good.der"), "w");

	assert_int_equal(i2d_X509_fp(out, certificate), 1);
	fclose(out);
	fclose(in);
	X509_free(certificate);
	assert_null(open_signer(fixture, "good.key", "good.der", NULL));
}

/* Modules ---------------------------------------------------------------------- */

/* A signed module of ours, with an RSA key. */
static struct blob sign_module(struct fixture *fixture, struct signer **signer)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	FILE *out = fopen(path(fixture, "rsa.key"), "w");
	struct blob module = {(unsigned char *)strdup(TEXT), strlen(TEXT)};

	assert_int_equal(PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(out);
	write_certificate(fixture, "rsa.crt", "rsa", key, "rsa", key, NULL);
	EVP_PKEY_free(key);
	const struct signer_files files = {path(fixture, "rsa.key"), path(fixture, "rsa.crt"),
					   NULL};

	assert_null(signer_open(&files, signer));
	assert_string_equal(signer_name(*signer), "CN = rsa");
	assert_false(module_signature_is_there(&module));
	assert_null(module_signature_add(*signer, "sha512", &module));
	assert_true(module_signature_is_there(&module));
	return module;
}

static void a_module_ends_with_what_the_kernel_looks_for(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_signer_ struct signer *signer = NULL;
	_cleanup_blob_ struct blob module = sign_module(fixture, &signer);
	static const char marker[] = "~Module signature appended~\n";
	const size_t trailer = module.size - (sizeof(marker) - 1) - 12;
	const unsigned char *end = module.data + trailer;
	_cleanup_blob_ struct blob signature = {};

	/* struct module_signature: only id_type and the big-endian size are not 0. */
	assert_memory_equal(end, ((unsigned char[]){0, 0, 2, 0, 0, 0, 0, 0}), 8);
	assert_memory_equal(end + 12, marker, sizeof(marker) - 1);
	const size_t size = end[8] << 24 | end[9] << 16 | end[10] << 8 | end[11];

	assert_int_equal(trailer - size, strlen(TEXT));
	assert_memory_equal(module.data, TEXT, strlen(TEXT));
	assert_null(signer_sign(signer, &signed_text, "sha512", false, &signature));
	assert_int_equal(size, signature.size);
	assert_memory_equal(module.data + strlen(TEXT), signature.data, size);
}

/* As the kernel does it: with the certificate from elsewhere. */
static void the_signature_of_a_module_holds_only_for_its_bytes(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_signer_ struct signer *signer = NULL;
	_cleanup_blob_ struct blob module = sign_module(fixture, &signer);
	char command[512];

	assert_null(file_write(path(fixture, "signature"), module.data + strlen(TEXT),
			       module.size - strlen(TEXT) - 12 - 28));
	for (int changed = 0; changed < 2; changed++) {
		module.data[0] ^= changed;
		assert_null(file_write(path(fixture, "module"), module.data, strlen(TEXT)));
		snprintf(command, sizeof(command),
			 "openssl cms -verify -binary -inform DER -in %s/signature -content "
			 "%s/module -certfile %s/rsa.crt -noverify -out /dev/null 2>%s/said",
			 fixture->root, fixture->root, fixture->root, fixture->root);
		assert_int_equal(system(command) == 0, !changed);
	}
}

static void a_digest_that_is_none_is_an_error(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_signer_ struct signer *signer = NULL;
	_cleanup_blob_ struct blob module = sign_module(fixture, &signer);
	const size_t size = module.size;

	assert_error(module_signature_add(signer, "sha9", &module), LP_INTERNAL, "sha9");
	assert_int_equal(module.size, size);
}

/* Bundles ---------------------------------------------------------------------- */

/* Writes the bundle of an update; good signs it if `key` is not NULL. */
static struct bundle *write_and_read(const struct fixture *fixture, const char *id, const char *key)
{
	_cleanup_manifest_ struct manifest *manifest = calloc(1, sizeof(*manifest));
	const struct signer_files files = {key ? path(fixture, key) : NULL,
					   path(fixture, "good.crt"), NULL};
	_cleanup_signer_ struct signer *signer = NULL;
	const char *file = path(fixture, "bundle");
	struct bundle *bundle;

	if (key)
		assert_null(signer_open(&files, &signer));

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
					 .signer = signer,
					 .module_hash = "sha384",
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
	assert_null(other->manifest->modules_signed.signer);
	assert_false(module_signature_is_there(&other->core));
	assert_string_equal(signed_one->manifest->modules_signed.signer, "CN = good\\1B[2J");
	assert_string_equal(signed_one->manifest->modules_signed.hash, "sha384");
	assert_true(module_signature_is_there(&signed_one->core));
	assert_true(module_signature_is_there(&signed_one->update));
	assert_false(module_signature_is_there(&signed_one->patch));
	assert_null(verify(fixture, &signed_one->manifest_text, &signed_one->signature));
	assert_error(verify(fixture, &other->manifest_text, &signed_one->signature), LP_BAD_BUNDLE,
		     "is not valid");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_signers, remove_signers)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_trusted_signer_is_named),
		TEST(whom_a_trusted_authority_has_issued_is_trusted),
		TEST(what_an_authority_has_issued_must_be_for_code),
		TEST(what_is_trusted_itself_may_be_for_anything),
		TEST(an_authority_between_must_be_for_code_if_it_says_what_it_is_for),
		TEST(a_trusted_signer_is_no_authority),
		TEST(somebody_else_is_refused),
		TEST(other_bytes_are_refused),
		TEST(every_truncated_signature_is_refused),
		TEST(a_damaged_certificate_is_named),
		TEST(a_certificate_of_another_name_is_named),
		TEST(an_empty_folder_trusts_nobody),
		TEST(what_can_not_sign_is_wrong_usage),
		TEST(a_key_that_needs_a_passphrase_opens_with_it_only),
		TEST(a_key_of_a_kind_that_the_kernel_has_not_is_refused),
		TEST(a_certificate_may_be_binary),
		TEST(a_module_ends_with_what_the_kernel_looks_for),
		TEST(the_signature_of_a_module_holds_only_for_its_bytes),
		TEST(a_digest_that_is_none_is_an_error),
		TEST(a_signed_bundle_comes_with_its_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
