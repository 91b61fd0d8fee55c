// SPDX-License-Identifier: GPL-2.0-or-later
/* What people bring as a patch: mails, mailboxes, series, packed files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "create/base/directory.h"
#include "create/diff/patch_set.h"

#define X "--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n \ta = b;\n-b\n+c = \"\xc3\xa4\";\n"
#define Y "--- a/y.c\n+++ b/y.c\n@@ -1 +1 @@\n-a\n+b\n"

#define FROM "From 8bc2a4d0 Mon Sep 17 00:00:00 2001\n"
#define HEAD "From: A <a@example.org>\nSubject: [PATCH] fix\nMIME-Version: 1.0\n"

/* X as quoted-printable and, made by base64(1), as base64. */
#define X_QP "--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n =09a =3D b;\n-b\n+c =3D \"=C3=\n=A4\";\n"
#define X_BASE64                                                                         \
	"LS0tIGEveC5jCisrKyBiL3guYwpAQCAtMSwyICsxLDIgQEAKIAlhID0gYjsKLWIKK2MgPSAiw6Qi\n" \
	"Owo=\n"

/* Texts, and a summary of their changes: the paths, each diff in its own brackets. */
static const struct {
	const char *sentence, *text, *says;
	enum lp_status status; /* where it is refused, and then `says` what for */
} cases[] = {
	{"a diff", X Y, "[x.c y.c]", LP_DONE},
	{"a mail by git format-patch", FROM HEAD "\nwords\n---\n x.c | 2 +-\n\n" X "-- \n2.39\n",
	 "[x.c]", LP_DONE},
	{"a mail whose message has lines like those of a diff",
	 FROM HEAD
	 "\n+++ b/z.c\n@@ -1 +1 @@\n-a\n+b\nGIT binary patch\n@@@ -1\n---\n x.c | 2 +-\n\n" X
	 "-- \n2.39\n",
	 "[x.c]", LP_DONE},
	{"a mail whose message quotes a diff: it ends there for git-am(1), too",
	 FROM HEAD "\nwords\n\n" Y "\nmore\n---\n x.c | 2 +-\n\n" X "-- \n2.39\n", "[y.c x.c]",
	 LP_DONE},
	{"a mail without the first lines of its diff",
	 FROM HEAD "\nwords\n+++ b/z.c\n@@ -1 +1 @@\n-a\n+b\n" Y "-- \n2.39\n",
	 "a \"+++\" line without", LP_NOT_APPLYING},
	{"a mail without the first lines of its diff, and with a line under it",
	 FROM HEAD "\nwords\n+++ b/z.c\n@@ -1 +1 @@\n-a\n+b\n---\nA list\n" FROM HEAD "\n" Y,
	 "a \"+++\" line without", LP_NOT_APPLYING},
	{"a combined diff in a message", FROM HEAD "\nwords\ndiff --cc z.c\n---\n" Y "-- \n2.39\n",
	 "combined diff", LP_NOT_APPLYING},
	{"a mailbox with a cover letter and a line that begins like a message",
	 FROM HEAD "\ncover\n" FROM HEAD "\nFrom here on\n---\n" X "-- \n2\n\n" FROM HEAD "\n" Y
		   "-- \n2\n\n" FROM HEAD "\n> --- a/z.c\n> +++ b/z.c\n> @@ -1 +1 @@\n",
	 "[x.c][y.c]", LP_DONE},
	{"quoted-printable",
	 HEAD "Content-Type: text/plain; charset=UTF-8\n"
	      "Content-Transfer-Encoding: quoted-printable\n\nwords =3D words\n---\n" X_QP,
	 "[x.c]", LP_DONE},
	{"base64 in a mailbox",
	 FROM HEAD "Content-Transfer-Encoding: base64\n\n" X_BASE64 "\n" FROM HEAD "\n" Y,
	 "[x.c][y.c]", LP_DONE},
	{"several parts, one of them an attachment, one HTML",
	 HEAD "Content-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\n"
	      "Please apply.\n--b\nContent-Type: text/html\n\n<pre>" Y "</pre>\n--b\n"
	      "Content-Type: application/octet-stream; name=\"fix.patch\"\n"
	      "Content-Disposition: attachment; filename=\"fix.patch\"\n"
	      "Content-Transfer-Encoding: base64\n\n" X_BASE64 "\n--b--\n",
	 "[x.c]", LP_DONE},
	{"Windows line ends in a mail",
	 "From: a\r\nContent-Transfer-Encoding: base64\r\n\r\nLS0tIGEveC5jDQorKysgYi94LmMNCkBAIC0x"
	 "ICsxIEBADQotYQ0KK2INCg==\r\n",
	 "[x.c]", LP_DONE},
	{"a mail in HTML", HEAD "Content-Type: text/html\n\n<pre>" Y "</pre>\n",
	 "in HTML, without plain text", LP_NOT_APPLYING},
	{"a mail with a picture",
	 HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/png\n\nx\n"
	      "--b--\n",
	 "neither text nor a patch: image/png", LP_NOT_APPLYING},
	{"a signed mail",
	 HEAD "Content-Type: multipart/signed; boundary=b\n\n--b\nContent-Type: text/plain\n\n" X
	      "\n--b\nContent-Type: application/pgp-signature; name=signature.asc\n\nx\n--b--\n",
	 "[x.c]", LP_DONE},
	{"a mail with nothing but a signature",
	 HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	      "Content-Type: application/pkcs7-signature\n\nx\n--b--\n",
	 "a mail without text", LP_NOT_APPLYING},
	{"a patch and one that is called a text",
	 HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n" Y
	      "\n--b\nContent-Type: application/octet-stream\n"
	      "Content-Disposition: attachment; filename=\"0002-fix.patch.txt\"\n"
	      "Content-Transfer-Encoding: base64\n\n" X_BASE64 "\n--b--\n",
	 "nor a patch: 0002-fix.patch.txt (application/octet-stream)", LP_NOT_APPLYING},
	{"a patch and a web page that is attached",
	 HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n" Y
	      "\n--b\nContent-Type: text/html\nContent-Disposition: attachment\n\nx\n--b--\n",
	 "nor a patch: text/html", LP_NOT_APPLYING},
	{"base64 that ends too early",
	 HEAD "Content-Transfer-Encoding: base64\n\nLS0tIGEveC5jCisrKyBiL3guYwpAQCAtMSwy\n", "",
	 LP_NOT_APPLYING},
	{"a damaged message of several", FROM HEAD "\n" X FROM HEAD "\n" Y " more\n",
	 ", message 2:", LP_NOT_APPLYING},
};

struct fixture {
	char top[64];
	struct patch_set set;
};

static void set_up(struct fixture *fixture)
{
	*fixture = (struct fixture){.top = "/tmp/test-patch-input-XXXXXX"};
	assert_non_null(mkdtemp(fixture->top));
}

static void tear_down(struct fixture *fixture)
{
	patch_set_clear(&fixture->set);
	assert_null(directory_remove(fixture->top));
}

static void write_file(const struct fixture *fixture, const char *name, const char *text)
{
	_cleanup_free_ char *path = NULL;

	assert_null(text_format(&path, "%s/%s", fixture->top, name));
	assert_null(directory_make_above(path));
	assert_null(file_write(path, text, strlen(text)));
}

static struct lp_error *read_file(struct fixture *fixture, const char *name)
{
	_cleanup_text_list_ struct text_list names = {0};

	assert_null(text_list_add(&names, "%s/%s", fixture->top, name));
	lp_try(patch_set_read(&names, &fixture->set));
	return patch_set_settle(&fixture->set, fixture->top);
}

static void describe(const struct patch_set *set, char **said)
{
	size_t size;
	FILE *out = open_memstream(said, &size);

	for (size_t i = 0; i < set->diffs.count; i++) {
		const struct diff *diff = &set->diffs.items[i];

		for (size_t k = 0; k < diff->nr_files; k++)
			fprintf(out, "%s%s", k ? " " : "[", diff->files[k].path);
		fputc(']', out);
	}
	fclose(out);
}

static void reads_what_people_bring(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *said = NULL;
		struct fixture fixture;

		set_up(&fixture);
		write_file(&fixture, "in", cases[i].text);
		_cleanup_error_ struct lp_error *error = read_file(&fixture, "in");

		if (error &&
		    (error->status != cases[i].status || !strstr(error->message, cases[i].says)))
			fail_msg("%s: %s", cases[i].sentence, error->message);
		if (!error) {
			describe(&fixture.set, &said);
			if (cases[i].status || strcmp(said, cases[i].says) != 0)
				fail_msg("%s: %s", cases[i].sentence, said);
		}
		tear_down(&fixture);
	}
}

/* What is in the hunk of x.c, whatever it went through. */
static void encoded_lines_are_what_they_were(void **state)
{
	static const char wanted[] = "+c = \"\xc3\xa4\";\n";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text = NULL;
		struct fixture fixture;

		if (cases[i].status ||
		    (!strstr(cases[i].text, X_QP) && !strstr(cases[i].text, X_BASE64)))
			continue;
		set_up(&fixture);
		write_file(&fixture, "in", cases[i].text);
		assert_null(read_file(&fixture, "in"));
		assert_null(patch_set_text(&fixture.set, &text));
		if (!strstr(text, wanted))
			fail_msg("%s: %s", cases[i].sentence, text);
		tear_down(&fixture);
	}
}

static void a_series_is_read_in_its_order(void **state)
{
	static const char *const places[] = {"series", "patches/series", "debian/patches/series"};
	_cleanup_free_ char *said = NULL, *text = NULL;
	struct fixture fixture;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		free(take(said));
		free(take(text));
		set_up(&fixture);
		write_file(&fixture, places[i],
			   "# first\nsub/y.patch -p0 # why\n\n x.patch\nback.patch -R\n");
		_cleanup_free_ char *folder = strdup(places[i]);
		const char *names[] = {"sub/y.patch", "x.patch", "back.patch"};
		const char *texts[] = {"--- dir/y.c\n+++ dir/y.c\n@@ -1 +1 @@\n-a\n+b\n", X,
				       "--- a/z.c\n+++ b/z.c\n@@ -1 +1 @@\n-a\n+b\n"};

		folder[strlen(folder) - strlen("series")] = '\0';
		for (size_t k = 0; k < 3; k++) {
			_cleanup_free_ char *name = NULL;

			assert_null(text_format(&name, "%s%s", folder, names[k]));
			write_file(&fixture, name, texts[k]);
		}
		assert_null(read_file(&fixture, i ? "" : "series"));
		describe(&fixture.set, &said);
		assert_string_equal(said, "[dir/y.c][x.c][z.c]");
		assert_null(patch_set_text(&fixture.set, &text));
		assert_non_null(strstr(text, "b/z.c\n@@ -1,1 +1,1 @@\n-b\n+a\n"));
		tear_down(&fixture);
	}
}

/* The content of a file with a series' name decides how it is read. */
static void a_patch_may_be_called_series(void **state)
{
	static const struct {
		const char *name, *text;
	} files[] = {
		{"series-v2.patch", X},
		{"series.mbox", FROM HEAD "Content-Transfer-Encoding: base64\n\n" X_BASE64},
		{"series-6.1", "x.patch\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *said = NULL;
		struct fixture fixture;

		set_up(&fixture);
		write_file(&fixture, "x.patch", X);
		write_file(&fixture, files[i].name, files[i].text);
		_cleanup_error_ struct lp_error *error = read_file(&fixture, files[i].name);

		if (error)
			fail_msg("%s: %s", files[i].name, error->message);
		describe(&fixture.set, &said);
		assert_string_equal(said, "[x.c]");
		tear_down(&fixture);
	}
}

static void packed_files_are_unpacked(void **state)
{
	static const char *const packers[] = {"gzip", "xz", "zstd -q", "bzip2"};
	_cleanup_free_ char *said = NULL;
	struct fixture fixture;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(packers); i++) {
		_cleanup_free_ char *command = NULL, *cut = NULL;

		free(take(said));
		set_up(&fixture);
		write_file(&fixture, "in", X Y);
		assert_null(text_format(&command, "%s <%s/in >%s/packed", packers[i], fixture.top,
					fixture.top));
		assert_int_equal(system(command), 0);
		assert_null(read_file(&fixture, "packed"));
		describe(&fixture.set, &said);
		assert_string_equal(said, "[x.c y.c]");
		patch_set_clear(&fixture.set);
		assert_null(text_format(&cut, "truncate -s -12 %s/packed", fixture.top));
		assert_int_equal(system(cut), 0);
		_cleanup_error_ struct lp_error *error = read_file(&fixture, "packed");

		if (!error || error->status != LP_NOT_APPLYING)
			fail_msg("%s: cut, and read all the same", packers[i]);
		tear_down(&fixture);
	}
}

static const struct {
	const char *sentence, *old_name, *new_name, *path;
} levels[] = {
	{"as git writes it", "a/fs/x.c", "b/fs/x.c", "fs/x.c"},
	{"from the top", "fs/x.c", "fs/x.c", "fs/x.c"},
	{"from the top, with ./", "./fs/x.c.orig", "./fs/x.c", "fs/x.c"},
	{"one folder more", "linux-6.1.orig/fs/x.c", "linux-6.1/fs/x.c", "fs/x.c"},
	{"two", "src/linux/fs/x.c", "src/linux/fs/x.c", "fs/x.c"},
	{"a name that is there with fewer folders, too", "fs/sub/x.c", "fs/sub/x.c", "fs/sub/x.c"},
	{"a copy beside it", "fs/x.c", "fs/x.c.new", "fs/x.c"},
	{"a new file", NULL, "linux/fs/new.c", "fs/new.c"},
	{"a new file from the top", NULL, "fs/new/new.c", "fs/new/new.c"},
	{"a file that is not there", "linux/fs/none.c", "linux/fs/none.c", "fs/none.c"},
};

static void leading_directories_are_found_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		_cleanup_free_ char *text = NULL;
		struct fixture fixture;

		set_up(&fixture);
		write_file(&fixture, "fs/x.c", "a\n");
		write_file(&fixture, "fs/sub/x.c", "a\n");
		write_file(&fixture, "sub/x.c", "a\n");
		write_file(&fixture, "x.c", "a\n");
		assert_null(text_format(&text, "--- %s\n+++ %s\n@@ -%s +1 @@\n%s+b\n",
					levels[i].old_name ?: "/dev/null", levels[i].new_name,
					levels[i].old_name ? "1" : "0,0",
					levels[i].old_name ? "-a\n" : ""));
		write_file(&fixture, "in", text);
		_cleanup_error_ struct lp_error *error = read_file(&fixture, "in");

		if (error || strcmp(fixture.set.changes[0].path, levels[i].path) != 0)
			fail_msg("%s: %s", levels[i].sentence,
				 error ? error->message : fixture.set.changes[0].path);
		tear_down(&fixture);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_people_bring),
		cmocka_unit_test(encoded_lines_are_what_they_were),
		cmocka_unit_test(a_series_is_read_in_its_order),
		cmocka_unit_test(a_patch_may_be_called_series),
		cmocka_unit_test(packed_files_are_unpacked),
		cmocka_unit_test(leading_directories_are_found_out),
	};

	return cmocka_run_group_tests_name("patch_input", tests, NULL, NULL);
}
