// SPDX-License-Identifier: GPL-2.0-or-later
/* Bundles: packed files are read back, and everything else is refused with its own reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>

#include "common/bundle.h"
#include "common/digest.h"
#include "common/zstd_frame.h"

#define CORE   "the core module"
#define UPDATE "the update module"
#define PART   "the part for a kernel module"
#define PATCH  "--- a/x\n+++ b/x\n"

/* A folder of its own for each test. */
struct fixture {
	char directory[32];
	char core[64];
	char update[64];
	char part[64];
	char bundle[64];
};

static int make_folder(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	strcpy(fixture->directory, "/tmp/lpatch-test.XXXXXX");
	assert_non_null(mkdtemp(fixture->directory));
	sprintf(fixture->core, "%s/lpatch.ko", fixture->directory);
	sprintf(fixture->update, "%s/lpatch_a.ko", fixture->directory);
	sprintf(fixture->part, "%s/lpatch_a__1.ko", fixture->directory);
	sprintf(fixture->bundle, "%s/lpatch-a.tar.zst", fixture->directory);
	assert_null(file_write(fixture->core, CORE, strlen(CORE)));
	assert_null(file_write(fixture->update, UPDATE, strlen(UPDATE)));
	assert_null(file_write(fixture->part, PART, strlen(PART)));
	*state = fixture;
	return 0;
}

static int remove_folder(void **state)
{
	struct fixture *fixture = *state;

	unlink(fixture->core);
	unlink(fixture->update);
	unlink(fixture->part);
	unlink(fixture->bundle);
	assert_int_equal(rmdir(fixture->directory), 0); /* nothing else was left there */
	free(fixture);
	return 0;
}

static struct manifest *make_manifest(void)
{
	struct manifest *manifest = calloc(1, sizeof(*manifest));

	manifest->id = strdup("a");
	manifest->description = strdup("a test");
	manifest->abi = 1;
	manifest->target.release = strdup("6.1.0-56-amd64");
	manifest->target.architecture = strdup("x86_64");
	manifest->target.build_id = strdup("00ff");
	return manifest;
}

static struct lp_error *write_bundle(const struct fixture *fixture, const char *path)
{
	_cleanup_manifest_ struct manifest *manifest = make_manifest();

	return bundle_write(path, manifest,
			    &(struct bundle_input){
				    .core = fixture->core,
				    .update = fixture->update,
				    .patch = PATCH,
				    .patch_size = strlen(PATCH),
			    });
}

static void assert_blob(const struct blob *blob, const char *text)
{
	assert_int_equal(blob->size, strlen(text));
	assert_string_equal((const char *)blob->data, text);
}

static void assert_bad(struct lp_error *error, const char *message)
{
	assert_non_null(error);
	assert_int_equal(error->status, LP_BAD_BUNDLE);
	if (!strstr(error->message, message))
		fail_msg("\"%s\" is not in \"%s\"", message, error->message);
	assert_null(strchr(error->message, '\n'));
	lp_error_free(error);
}

static void what_is_packed_comes_out_again(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_bundle_ struct bundle *bundle = NULL;

	assert_null(write_bundle(fixture, fixture->bundle));
	assert_null(bundle_read(fixture->bundle, &bundle));
	assert_string_equal(bundle->manifest->id, "a");
	assert_string_equal(bundle->manifest->files[1].name, "lpatch_a.ko");
	assert_blob(&bundle->core, CORE);
	assert_blob(&bundle->update, UPDATE);
	assert_blob(&bundle->patch, PATCH);
}

/* Writes a bundle whose manifest names these objects, with `nr_parts` parts. */
static struct lp_error *write_objects(const struct fixture *fixture, const char *const *names,
				      size_t nr_parts)
{
	_cleanup_manifest_ struct manifest *manifest = make_manifest();
	_cleanup_text_list_ struct text_list parts = {};

	manifest->objects = calloc(8, sizeof(*manifest->objects));
	for (; *names; names++) {
		struct manifest_object *object = &manifest->objects[manifest->nr_objects++];

		object->name = strdup(*names);
		object->source = strdup("x.c");
	}
	for (size_t i = 0; i < nr_parts; i++)
		assert_null(text_list_add(&parts, "%s", i ? fixture->core : fixture->part));
	return bundle_write(fixture->bundle, manifest,
			    &(struct bundle_input){
				    .core = fixture->core,
				    .update = fixture->update,
				    .parts = &parts,
				    .patch = PATCH,
				    .patch_size = strlen(PATCH),
			    });
}

static void each_kernel_module_has_a_part(void **state)
{
	static const char *const names[] = {"vmlinux", "evdev", "vmlinux", "evdev", "ext4", NULL};
	struct fixture *fixture = *state;
	_cleanup_bundle_ struct bundle *bundle = NULL;

	assert_null(write_objects(fixture, names, 2));
	assert_null(bundle_read(fixture->bundle, &bundle));
	assert_int_equal(bundle->modules.count, 2);
	assert_string_equal(bundle->modules.items[0], "evdev");
	assert_string_equal(bundle->modules.items[1], "ext4");
	assert_int_equal(bundle->manifest->nr_files, 5);
	assert_string_equal(bundle->manifest->files[2].name, "lpatch_a__1.ko");
	assert_string_equal(bundle->manifest->files[3].name, "lpatch_a__2.ko");
	assert_blob(&bundle->parts[0], PART);
	assert_blob(&bundle->parts[1], CORE);
	assert_blob(&bundle->patch, PATCH);
}

static void parts_that_are_not_one_for_each_module_are_refused(void **state)
{
	static const char *const names[] = {"vmlinux", "evdev", NULL};

	for (size_t nr_parts = 0; nr_parts <= 2; nr_parts += 2) {
		struct lp_error *error = write_objects(*state, names, nr_parts);

		assert_non_null(error);
		assert_int_equal(error->status, LP_INTERNAL);
		lp_error_free(error);
	}
}

static void the_same_input_gives_the_same_bytes(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob first = {};
	_cleanup_blob_ struct blob second = {};

	assert_null(write_bundle(fixture, fixture->bundle));
	assert_null(file_read(fixture->bundle, 1 << 20, &first));
	assert_int_equal(chmod(fixture->core, 0600), 0);
	assert_null(write_bundle(fixture, fixture->bundle));
	assert_null(file_read(fixture->bundle, 1 << 20, &second));
	assert_int_equal(first.size, second.size);
	assert_memory_equal(first.data, second.data, first.size);
}

static void a_failed_write_leaves_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct rlimit limit, small;
	struct lp_error *error;

	/* A limit on the size of files stands for a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = (struct rlimit){.rlim_cur = 10, .rlim_max = limit.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	error = write_bundle(fixture, fixture->bundle);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_non_null(error);
	assert_int_equal(error->status, LP_INTERNAL);
	assert_non_null(strstr(error->message, fixture->bundle));
	lp_error_free(error);
	assert_int_equal(access(fixture->bundle, F_OK), -1);
}

static void a_failed_write_keeps_the_old_bundle(void **state)
{
	struct fixture *fixture = *state;
	struct fixture broken = *fixture;
	_cleanup_bundle_ struct bundle *bundle = NULL;
	struct lp_error *error;

	assert_null(write_bundle(fixture, fixture->bundle));
	strcat(broken.core, ".gone");
	error = write_bundle(&broken, fixture->bundle);
	assert_non_null(error);
	lp_error_free(error);
	assert_null(bundle_read(fixture->bundle, &bundle));
}

static void every_truncation_is_refused(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob file = {};
	struct bundle *bundle;

	assert_null(write_bundle(fixture, fixture->bundle));
	assert_null(file_read(fixture->bundle, 1 << 20, &file));
	for (size_t size = 0; size < file.size; size++) {
		assert_bad(bundle_parse("x", file.data, size, &bundle),
			   size < 4 ? "not a zstd file" : "truncated");
		assert_null(bundle);
	}
}

static void every_flipped_bit_is_refused(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob file = {};

	assert_null(write_bundle(fixture, fixture->bundle));
	assert_null(file_read(fixture->bundle, 1 << 20, &file));
	for (size_t bit = 0; bit < 8 * file.size; bit++) {
		struct bundle *bundle;

		file.data[bit / 8] ^= 1 << bit % 8;
		struct lp_error *error = bundle_parse("x", file.data, file.size, &bundle);

		file.data[bit / 8] ^= 1 << bit % 8;
		/* A bit of zstd's frame header that means nothing to a reader may flip. */
		if (!error)
			assert_blob(&bundle->update, UPDATE);
		bundle_free(bundle);
		lp_error_free(error);
	}
}

static void a_file_that_is_no_bundle_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct bundle *bundle;

	assert_bad(bundle_read(fixture->bundle, &bundle), "can't open /tmp/lpatch-test.");
	assert_bad(bundle_read(fixture->core, &bundle), "it is not a zstd file");
	assert_bad(bundle_read(fixture->directory, &bundle), "Is a directory");
	assert_bad(bundle_parse("x", "", 0, &bundle), "bad bundle x: it is not a zstd file");
}

/* Hostile bundles ------------------------------------------------------------- */

/* A member as an attacker would write it. */
struct member {
	const char *name;
	const char *data;
	unsigned int type;    /* AE_IFREG if 0 */
	const char *hardlink; /* target, or NULL */
	size_t size;          /* of data, if not its length as a string */
};

static const struct member good_members[] = {
	{.name = "lpatch.ko", .data = CORE},
	{.name = "lpatch_a.ko", .data = UPDATE},
	{.name = "patch.diff", .data = PATCH},
};

static void add_member(struct archive *archive, const struct member *member)
{
	struct archive_entry *entry = archive_entry_new();
	size_t size = member->size ? member->size : member->data ? strlen(member->data) : 0;

	archive_entry_set_pathname(entry, member->name);
	archive_entry_set_filetype(entry, member->type ? member->type : AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, size);
	if (member->type == AE_IFLNK)
		archive_entry_set_symlink(entry, "/etc/passwd");
	if (member->hardlink)
		archive_entry_set_hardlink(entry, member->hardlink);
	assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
	if (size)
		archive_write_data(archive, member->data, size);
	archive_entry_free(entry);
}

/* The manifest that fits `parts` (three of them), as text. */
static char *manifest_text(const struct member *parts)
{
	_cleanup_manifest_ struct manifest *manifest = make_manifest();

	manifest->files = calloc(3, sizeof(*manifest->files));
	manifest->nr_files = 3;
	for (int i = 0; i < 3; i++) {
		manifest->files[i].name = strdup(parts[i].name);
		manifest->files[i].size = strlen(parts[i].data);
		digest_sha256(parts[i].data, strlen(parts[i].data), manifest->files[i].sha256);
	}
	struct json_object *json = manifest_to_json(manifest);
	char *text = strdup(json_object_to_json_string(json));

	json_object_put(json);
	return text;
}

/* Packs the members and has them parsed. */
static struct lp_error *parse_members(const struct member *members, size_t count)
{
	size_t capacity = 1 << 20, used = 0;
	_cleanup_free_ char *buffer = malloc(capacity);
	_cleanup_blob_ struct blob frame = {};
	struct archive *archive = archive_write_new();
	struct bundle *bundle;

	archive_write_set_format_pax_restricted(archive);
	archive_write_open_memory(archive, buffer, capacity, &used);
	for (size_t i = 0; i < count; i++)
		add_member(archive, &members[i]);
	archive_write_close(archive);
	archive_write_free(archive);
	assert_null(zstd_frame_write(buffer, used, &frame));
	struct lp_error *error = bundle_parse("x", frame.data, frame.size, &bundle);

	bundle_free(bundle);
	return error;
}

/* A good manifest, then the given three members and perhaps a fourth. */
static struct lp_error *parse_parts(const struct member *parts, size_t count)
{
	_cleanup_free_ char *text = manifest_text(good_members);
	struct member members[5] = {{.name = "manifest.json", .data = text}};

	memcpy(members + 1, parts, count * sizeof(*parts));
	return parse_members(members, count + 1);
}

/* The same with one of the good members replaced. */
static struct lp_error *parse_with(size_t index, struct member member)
{
	struct member parts[3];

	memcpy(parts, good_members, sizeof(parts));
	parts[index] = member;
	return parse_parts(parts, 3);
}

static void the_same_members_in_another_tar_are_accepted(void **state)
{
	(void)state;
	assert_null(parse_parts(good_members, 3));
}

static void a_member_that_is_not_in_its_place_is_refused(void **state)
{
	(void)state;
	assert_bad(parse_members(NULL, 0), "manifest.json: it is missing");
	assert_bad(parse_members(good_members, 3), "manifest.json: another member is in its place");
	assert_bad(parse_parts(good_members, 2), "patch.diff: it is missing");
	assert_bad(parse_with(1, (struct member){.name = "../lpatch_a.ko", .data = UPDATE}),
		   "lpatch_a.ko: another member is in its place");
	assert_bad(parse_with(0, (struct member){.name = "/lpatch.ko", .data = CORE}),
		   "lpatch.ko: another member is in its place");
	assert_bad(parse_with(1, (struct member){.name = "lpatch.ko", .data = CORE}),
		   "lpatch_a.ko: another member is in its place");
}

static void a_member_too_many_is_refused(void **state)
{
	struct member parts[4];

	(void)state;
	memcpy(parts, good_members, sizeof(good_members));
	parts[3] = parts[2];
	assert_bad(parse_parts(parts, 4), "more members than it should");
}

static void a_member_that_is_no_plain_file_is_refused(void **state)
{
	(void)state;
	assert_bad(parse_with(1, (struct member){.name = "lpatch_a.ko", .type = AE_IFLNK}),
		   "lpatch_a.ko: it is not a plain file");
	assert_bad(parse_with(1, (struct member){.name = "lpatch_a.ko", .type = AE_IFCHR}),
		   "lpatch_a.ko: it is not a plain file");
	assert_bad(parse_with(1, (struct member){.name = "lpatch_a.ko", .type = AE_IFIFO}),
		   "lpatch_a.ko: it is not a plain file");
	assert_bad(parse_with(1, (struct member){.name = "lpatch_a.ko", .hardlink = "lpatch.ko"}),
		   "lpatch_a.ko: it is not a plain file");
}

/* Sets the size in a ustar header to the 12 bytes of `size`, and the checksum to fit. */
static void forge_size(unsigned char *header, const char *size)
{
	unsigned int sum = 0;
	char digits[8];

	memcpy(header + 124, size, 12);
	memset(header + 148, ' ', 8);
	for (int i = 0; i < 512; i++)
		sum += header[i];
	snprintf(digits, sizeof(digits), "%06o", sum);
	memcpy(header + 148, digits, 7);
}

/* A bundle in which the header of the core, the second member, tells that size. */
static struct lp_error *parse_forged(const struct fixture *fixture, const char *size)
{
	_cleanup_blob_ struct blob file = {}, archive = {}, frame = {};
	struct bundle *bundle;

	assert_null(write_bundle(fixture, fixture->bundle));
	assert_null(file_read(fixture->bundle, 1 << 20, &file));
	assert_null(zstd_frame_read(file.data, file.size, 1 << 20, &archive));
	unsigned char *header = memmem(archive.data, archive.size, "lpatch.ko\0", 10);

	assert_int_equal((header - archive.data) % 512, 0);
	forge_size(header, size);
	assert_null(zstd_frame_write(archive.data, archive.size, &frame));
	struct lp_error *error = bundle_parse("x", frame.data, frame.size, &bundle);

	bundle_free(bundle);
	return error;
}

static void a_member_of_another_size_than_it_says_is_refused(void **state)
{
	struct fixture *fixture = *state;

	assert_bad(parse_forged(fixture, "00000000016\0"),
		   "lpatch.ko: it has 14 bytes, the manifest");
	assert_bad(parse_forged(fixture, "00000100000\0"), "archive");
	assert_bad(parse_forged(fixture, "00077777777\0"), "archive");
	assert_bad(parse_forged(fixture, "77777777777\0"), "lpatch.ko: it is larger than 16777216");
	/* Base 256, as GNU tar writes what octal digits have no room for: huge, and negative. */
	assert_bad(parse_forged(fixture, "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"),
		   "bad bundle x");
	assert_bad(parse_forged(fixture, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
		   "bad bundle x");
}

static void a_manifest_without_end_is_refused(void **state)
{
	size_t size = 5 << 20;
	_cleanup_free_ char *blanks = malloc(size + 1), *nested = malloc(100001);
	struct bundle *bundle;
	size_t used = 0;
	_cleanup_free_ char *buffer = malloc(size + (1 << 16));
	_cleanup_blob_ struct blob frame = {};
	struct archive *archive = archive_write_new();

	(void)state;
	memset(blanks, ' ', size);
	blanks[size] = '\0';
	archive_write_set_format_ustar(archive);
	archive_write_open_memory(archive, buffer, size + (1 << 16), &used);
	add_member(archive, &(struct member){.name = "manifest.json", .data = blanks});
	archive_write_close(archive);
	archive_write_free(archive);
	assert_null(zstd_frame_write(buffer, used, &frame));
	assert_bad(bundle_parse("x", frame.data, frame.size, &bundle),
		   "manifest.json: it is larger than 4194304 bytes");
	memset(nested, '[', 100000);
	nested[100000] = '\0';
	assert_bad(parse_members(&(struct member){.name = "manifest.json", .data = nested}, 1),
		   "manifest.json: not valid JSON");
}

static void a_signature_is_only_in_its_place(void **state)
{
	struct member parts[4];
	_cleanup_free_ char *text = manifest_text(good_members);
	const struct member signature = {.name = "manifest.sig", .data = "x"};
	struct member members[6] = {{.name = "manifest.json", .data = text}, signature, signature};

	(void)state;
	memcpy(parts, good_members, sizeof(good_members));
	parts[3] = signature;
	assert_bad(parse_parts(parts, 4), "more members than it should");
	memcpy(members + 3, good_members, sizeof(good_members));
	assert_bad(parse_members(members, 6), "lpatch.ko: another member is in its place");
	members[1] = (struct member){.name = "manifest.sig", .type = AE_IFLNK};
	assert_bad(parse_members(members, 2), "manifest.sig: it is not a plain file");
}

static void what_is_no_plain_file_is_not_read(void **state)
{
	struct fixture *fixture = *state;
	struct bundle *bundle;

	assert_int_equal(mkfifo(fixture->bundle, 0600), 0);
	assert_bad(bundle_read(fixture->bundle, &bundle), "not a plain file");
	assert_bad(bundle_read("/dev/zero", &bundle), "/dev/zero: not a plain file");
}

static void bytes_other_than_the_manifest_says_are_refused(void **state)
{
	(void)state;
	assert_bad(
		parse_with(1, (struct member){.name = "lpatch_a.ko", .data = "the UPDATE module"}),
		"lpatch_a.ko: its SHA-256 digest is not the one in the manifest");
	assert_bad(parse_with(0, (struct member){.name = "lpatch.ko", .data = "short"}),
		   "lpatch.ko: it has 5 bytes, the manifest says 15");
}

static void a_manifest_of_other_files_is_refused(void **state)
{
	struct member parts[3];

	(void)state;
	memcpy(parts, good_members, sizeof(parts));
	parts[1].name = "lpatch_b.ko";
	_cleanup_free_ char *text = manifest_text(parts);
	struct member members[4] = {{.name = "manifest.json", .data = text}};

	memcpy(members + 1, good_members, sizeof(good_members));
	assert_bad(parse_members(members, 4),
		   "lpatch_a.ko: the manifest has another file in its place");
}

static void a_decompression_bomb_is_refused(void **state)
{
	size_t size = 200 << 20;
	_cleanup_free_ char *zeros = calloc(1, size);
	_cleanup_blob_ struct blob frame = {};
	struct bundle *bundle;

	(void)state;
	assert_null(zstd_frame_write(zeros, size, &frame));
	assert_bad(bundle_parse("x", frame.data, frame.size, &bundle), "it holds more than");
}

static void bytes_behind_the_bundle_are_refused(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob file = {};
	struct bundle *bundle;

	assert_null(write_bundle(fixture, fixture->bundle));
	assert_null(file_read(fixture->bundle, 1 << 20, &file));
	assert_bad(bundle_parse("x", file.data, file.size + 1, &bundle),
		   "1 byte(s) of something else follow its end");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_packed_comes_out_again),
		TEST(each_kernel_module_has_a_part),
		TEST(parts_that_are_not_one_for_each_module_are_refused),
		TEST(the_same_input_gives_the_same_bytes),
		TEST(a_failed_write_leaves_nothing),
		TEST(a_failed_write_keeps_the_old_bundle),
		TEST(every_truncation_is_refused),
		TEST(every_flipped_bit_is_refused),
		TEST(a_file_that_is_no_bundle_is_refused),
		TEST(the_same_members_in_another_tar_are_accepted),
		TEST(a_member_that_is_not_in_its_place_is_refused),
		TEST(a_member_too_many_is_refused),
		TEST(a_member_that_is_no_plain_file_is_refused),
		TEST(a_member_of_another_size_than_it_says_is_refused),
		TEST(a_manifest_without_end_is_refused),
		TEST(a_signature_is_only_in_its_place),
		TEST(what_is_no_plain_file_is_not_read),
		TEST(bytes_other_than_the_manifest_says_are_refused),
		TEST(a_manifest_of_other_files_is_refused),
		TEST(a_decompression_bomb_is_refused),
		TEST(bytes_behind_the_bundle_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
