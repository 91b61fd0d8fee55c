/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/diffobj_case.h"

#include <elf.h>
#include <fcntl.h>
#include <libelf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/cleanup.h"
#include "diffobj/diffobj.h"

/* As kbuild compiles, as far as code generation goes. */
#define FLAGS                                                                               \
	" -std=gnu11 -O2 -w -ffreestanding -fno-strict-aliasing -fno-common -fshort-wchar " \
	"-fno-PIE -fno-asynchronous-unwind-tables -fno-jump-tables "                        \
	"-fno-delete-null-pointer-checks -ffunction-sections -fdata-sections "
#define FLAGS_X86                                                                             \
	FLAGS "-mno-sse -mno-mmx -mno-80387 -m64 -mno-red-zone -mcmodel=kernel -pg -mfentry " \
	      "-fcf-protection=none "

static const char *const compilers[] = {
	[WITH_GCC] = "gcc -mrecord-mcount -fconserve-stack -mpreferred-stack-boundary=3" FLAGS_X86,
	[WITH_CLANG] = "clang -Wno-unknown-warning-option -Qunused-arguments "
		       "-mstack-alignment=8" FLAGS_X86,
	[WITH_CLANG_FOR_ARM64] = "clang --target=aarch64-linux-gnu -mgeneral-regs-only "
				 "-fpatchable-function-entry=2" FLAGS,
};

static void compile(const struct diffobj_case *row, const char *folder, const char *name,
		    const char *text)
{
	char *source, *command;

	assert_true(asprintf(&source, "%s/%s.c", folder, name) > 0);

	FILE *file = fopen(source, "w");

	assert_non_null(file);
	/* Both versions say the same about where they are. */
	fprintf(file, "#include \"kernel.h\"\n#line 1 \"test.c\"\n%s\n#line 100 \"test.c\"\n%s\n",
		row->both ? row->both : "", text);
	assert_int_equal(fclose(file), 0);
	assert_true(asprintf(&command, "%s %s -I tests/unit/diffobj -c -o %s/%s.o %s",
			     compilers[row->compiler], row->flags ? row->flags : "", folder, name,
			     source) > 0);
	assert_int_equal(system(command), 0);
	free(command);
	free(source);
}

/* Whether `word` is one of the words of a list. */
static bool has_word(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = list; at && (at = strstr(at, word)); at += length)
		if ((at == list || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return true;
	return false;
}

/* Calls `check` with every word of a list, without the leading '!'. */
static void each_word(const char *list, void (*check)(const char *word, bool wanted, void *data),
		      void *data)
{
	_cleanup_free_ char *copy = strdup(list ? list : "");

	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		check(*word == '!' ? word + 1 : word, *word != '!', data);
}

static void check_listed(const struct diffobj_case *row, const char *mark, const char *name,
			 size_t *number)
{
	char word[200];

	snprintf(word, sizeof(word), "%s%s", mark, name);
	if (!has_word(row->out, word))
		fail_msg("%s%s came out and should not", mark, name);
	++*number;
}

static void count_word(const char *word, bool wanted, void *data)
{
	(void)word;
	(void)wanted;
	++*(size_t *)data;
}

static void check_out(const struct diffobj_case *row, const struct diffobj_result *result)
{
	size_t found = 0, listed = 0;

	for (size_t i = 0; i < result->nr_functions; i++)
		check_listed(row, result->functions[i].kind == DIFFOBJ_NEW ? "+" : "",
			     result->functions[i].name, &found);
	for (size_t i = 0; i < result->nr_rewrites; i++)
		check_listed(row, "=", result->rewrites[i].name, &found);
	for (size_t i = 0; i < result->nr_variables; i++)
		if (!result->variables[i].local)
			check_listed(row, "*", result->variables[i].name, &found);
	for (size_t i = 0; i < result->nr_hooks; i++) {
		_cleanup_free_ char *hook = NULL;

		assert_true(asprintf(&hook, "%s:%s", result->hooks[i].kind,
				     result->hooks[i].function) > 0);
		check_listed(row, "@", hook, &found);
	}
	for (size_t i = 0; i < result->nr_shadows; i++)
		check_listed(row, "%", result->shadows[i], &found);
	each_word(row->out, count_word, &listed);
	if (found != listed)
		fail_msg("%zu of \"%s\" came out", found, row->out);
}

static void check_reference(const char *name, bool wanted, void *data)
{
	const struct diffobj_result *result = data;
	bool found = false;

	for (size_t i = 0; i < result->nr_references; i++)
		found |= !strcmp(result->references[i].symbol, name);
	if (found != wanted)
		fail_msg("%s is%s referred to", name, found ? "" : " not");
}

static void check_definitions(const struct diffobj_case *row, const struct diffobj_result *result)
{
	size_t listed = 0;

	if (!row->alone)
		return;
	for (size_t i = 0; i < result->nr_definitions; i++) {
		const struct diffobj_definition *definition = &result->definitions[i];
		const char *name = definition->name ? definition->name : definition->original_name;
		bool local = definition->name ? definition->local : definition->original_local;
		char word[200];

		snprintf(word, sizeof(word), "%c%s%s",
			 !definition->name            ? '-'
			 : !definition->original_name ? '+'
						      : '~',
			 local ? "s:" : "", name);
		if (!has_word(row->alone, word))
			fail_msg("%s is told and should not be", word);
	}
	each_word(row->alone, count_word, &listed);
	if (listed != result->nr_definitions)
		fail_msg("%zu of \"%s\" are told", result->nr_definitions, row->alone);
}

static void check_refusals(const struct diffobj_case *row, const struct diffobj_result *result)
{
	_cleanup_free_ char *copy = strdup(row->refused ? row->refused : "");
	size_t number = 0;

	for (char *entry = strtok(copy, "|"); entry; entry = strtok(NULL, "|"), number++) {
		char *colon = strchr(entry, ':');
		bool found = false;

		assert_non_null(colon);
		*colon++ = 0;
		while (*colon == ' ')
			colon++;
		while (*entry == ' ')
			entry++;
		for (size_t i = 0; i < result->nr_refusals && !found; i++)
			found = !strcmp(result->refusals[i].what, entry) &&
				strstr(result->refusals[i].reason, colon) &&
				result->refusals[i].hint;
		if (!found)
			fail_msg("%s is not refused because of \"%s\", but %s: %s", entry, colon,
				 result->nr_refusals ? result->refusals[0].what : "",
				 result->nr_refusals ? result->refusals[0].reason : "nothing is");
	}
	if (number != result->nr_refusals)
		fail_msg("%zu refusals, the last about %s: %s", result->nr_refusals,
			 result->refusals[result->nr_refusals - 1].what,
			 result->refusals[result->nr_refusals - 1].reason);
}

static void check_notes(const struct diffobj_case *row, const struct diffobj_result *result)
{
	for (size_t i = 0; i < result->nr_notes; i++)
		if (!row->note || !strstr(result->notes[i], row->note))
			fail_msg("the note \"%s\"", result->notes[i]);
	if (row->note && !result->nr_notes)
		fail_msg("no note \"%s\"", row->note);
}

/* "never-runs f": the kind of a finding, and its name. */
static bool is_about(const struct finding *finding, const char *kind_and_name)
{
	const char *kind = finding_kind_name(finding->kind);
	size_t length = strlen(kind);

	return !strncmp(kind_and_name, kind, length) && kind_and_name[length] == ' ' &&
	       !strcmp(kind_and_name + length + 1, finding->name);
}

static bool is_found(const struct diffobj_result *result, const char *kind_and_name,
		     const char *text)
{
	for (size_t i = 0; i < result->findings.count; i++) {
		const struct finding *finding = &result->findings.items[i];

		if (is_about(finding, kind_and_name) && strstr(finding->text, text))
			return true;
	}
	return false;
}

static void check_findings(const struct diffobj_case *row, const struct diffobj_result *result)
{
	_cleanup_free_ char *copy = strdup(row->finds ? row->finds : "");
	const char *kind = finding_kind_name(FINDING_NEVER_RUNS);
	const struct finding *last = NULL;
	size_t wanted = 0, found = 0;

	for (char *entry = strtok(copy, "|"); entry; entry = strtok(NULL, "|")) {
		char *text = strstr(entry, ": ");

		assert_non_null(text);
		*text = 0;
		if (!is_found(result, entry, text + 2))
			fail_msg("\"%s: %s\" is not found", entry, text + 2);
		wanted += !strncmp(entry, kind, strlen(kind));
	}
	for (size_t i = 0; i < result->findings.count; i++)
		if (result->findings.items[i].kind == FINDING_NEVER_RUNS) {
			last = &result->findings.items[i];
			found++;
		}
	if (found != wanted)
		fail_msg("%zu findings, the last about %s: %s", found, last->name, last->text);
}

/* What becomes of variables: the kinds of findings of which a row lists all. */
static bool is_about_state(const struct finding *finding)
{
	return finding->kind == FINDING_NEW_STATE || finding->kind == FINDING_LOST_STATE ||
	       finding->kind == FINDING_RESTARTED_STATE || finding->kind == FINDING_KEPT_STATE;
}

static void check_states(const struct diffobj_case *row, const struct diffobj_result *result)
{
	_cleanup_free_ char *copy = strdup(row->states ? row->states : "");
	size_t wanted = 0, found = 0;

	for (char *entry = strtok(copy, "|"); entry; entry = strtok(NULL, "|"), wanted++) {
		char *text = strstr(entry, ": ");

		assert_non_null(text);
		*text = 0;
		if (!is_found(result, entry, text + 2))
			fail_msg("\"%s: %s\" is not found", entry, text + 2);
	}
	for (size_t i = 0; i < result->findings.count; i++)
		found += is_about_state(&result->findings.items[i]);
	if (row->states && found != wanted)
		fail_msg("%zu findings about variables, %zu wanted", found, wanted);
}

/* Each of `wanted` is found, and nothing else. */
static void check_outliving(const char *wanted, const struct finding_list *findings)
{
	_cleanup_free_ char *copy = strdup(wanted ? wanted : "");
	size_t number = 0, outliving = 0;

	for (char *entry = strtok(copy, "|"); wanted && entry;
	     entry = strtok(NULL, "|"), number++) {
		char *colon = strstr(entry, ": ");
		bool found = false;

		assert_non_null(colon);
		*colon = 0;
		for (size_t i = 0; i < findings->count && !found; i++)
			found = findings->items[i].kind == FINDING_OUTLIVES &&
				!strcmp(findings->items[i].name, entry) &&
				strstr(findings->items[i].text, colon + 2);
		if (!found)
			fail_msg("\"%s: %s\" is not found, but %s: %s", entry, colon + 2,
				 findings->count ? findings->items[0].name : "",
				 findings->count ? findings->items[0].text : "nothing is");
	}
	for (size_t i = 0; i < findings->count; i++)
		outliving += findings->items[i].kind == FINDING_OUTLIVES;
	if (wanted && number != outliving)
		fail_msg("%zu findings, the last about %s: %s", outliving,
			 findings->items[findings->count - 1].name,
			 findings->items[findings->count - 1].text);
}

/* The output, while it is checked. */
struct opened {
	Elf *elf;
	size_t names, symbol_names;
	const Elf64_Sym *symbols;
	size_t nr_symbols;
};

static void find_symbols(struct opened *opened)
{
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(opened->elf, scn))) {
		const Elf64_Shdr *header = elf64_getshdr(scn);

		if (header->sh_type != SHT_SYMTAB)
			continue;
		opened->symbols = elf_getdata(scn, NULL)->d_buf;
		opened->nr_symbols = header->sh_size / sizeof(Elf64_Sym);
		opened->symbol_names = header->sh_link;
	}
}

static void check_section(const char *word, bool wanted, void *data)
{
	const struct opened *opened = data;
	const char *equals = strchr(word, '=');
	size_t length = equals ? (size_t)(equals - word) : strlen(word);
	Elf_Scn *scn = NULL;
	bool found = false;

	while ((scn = elf_nextscn(opened->elf, scn))) {
		const Elf64_Shdr *header = elf64_getshdr(scn);
		const char *name = elf_strptr(opened->elf, opened->names, header->sh_name);

		if (strlen(name) != length || strncmp(name, word, length))
			continue;
		found = true;
		if (equals && header->sh_size != strtoul(equals + 1, NULL, 0))
			fail_msg("section %s has %zu bytes", name, (size_t)header->sh_size);
	}
	if (found != wanted)
		fail_msg("section %.*s is%s there", (int)length, word, found ? "" : " not");
}

static void check_symbol(const char *word, bool wanted, void *data)
{
	const struct opened *opened = data;
	const char *name = strchr(word, ':');
	unsigned char bind = !strncmp(word, "local:", 6) ? STB_LOCAL : STB_GLOBAL;
	bool found = false;

	assert_non_null(name);
	name++;
	for (size_t i = 1; i < opened->nr_symbols; i++) {
		const Elf64_Sym *symbol = &opened->symbols[i];

		found |= symbol->st_shndx != SHN_UNDEF && ELF64_ST_BIND(symbol->st_info) == bind &&
			 !strcmp(elf_strptr(opened->elf, opened->symbol_names, symbol->st_name),
				 name);
	}
	if (found != wanted)
		fail_msg("%s is%s defined", word, found ? "" : " not");
}

/* The kernel refuses a module if a field with a relocation is not zero. */
static void check_fields(const struct opened *opened)
{
	static const unsigned char empty[8];
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(opened->elf, scn))) {
		const Elf64_Shdr *header = elf64_getshdr(scn);

		if (header->sh_type != SHT_RELA)
			continue;

		const Elf_Data *target =
			elf_getdata(elf_getscn(opened->elf, header->sh_info), NULL);
		const Elf64_Rela *relocs = elf_getdata(scn, NULL)->d_buf;

		for (size_t i = 0; i < header->sh_size / sizeof(*relocs); i++) {
			uint32_t type = ELF64_R_TYPE(relocs[i].r_info);
			size_t size = type == R_X86_64_64 || type == R_X86_64_PC64 ? 8 : 4;

			assert_true(relocs[i].r_offset + size <= target->d_size);
			assert_memory_equal((char *)target->d_buf + relocs[i].r_offset, empty,
					    size);
		}
	}
}

static void check_output(const struct diffobj_case *row, const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct opened opened = {};

	assert_true(fd >= 0);
	elf_version(EV_CURRENT);
	opened.elf = elf_begin(fd, ELF_C_READ, NULL);
	assert_non_null(opened.elf);
	assert_int_equal(elf_getshdrstrndx(opened.elf, &opened.names), 0);
	find_symbols(&opened);
	each_word(row->holds, check_section, &opened);
	each_word(row->defines, check_symbol, &opened);
	check_fields(&opened);
	elf_end(opened.elf);
}

/*
 * The linker has the last word about whether an object is sound, also beside one that the compiler
 * made.
 */
static void check_links(const char *folder)
{
	_cleanup_free_ char *command = NULL;

	assert_true(asprintf(&command, "ld -r -z muldefs -o %s/linked.o %s/out.o %s/original.o",
			     folder, folder, folder) > 0);
	assert_int_equal(system(command), 0);
}

static void check_case(const struct diffobj_case *row, const char *folder)
{
	struct diffobj_options options = {
		.skip_init = row->skip_init,
		.built_in = row->built_in,
		.rewrite = true,
		.moved = &row->moved,
		.nr_moved = row->moved ? 1 : 0,
	};
	struct diffobj_result *result;
	char original[100], patched[100], output[100];

	compile(row, folder, "original", row->original);
	compile(row, folder, "patched", row->patched);
	snprintf(original, sizeof(original), "%s/original.o", folder);
	snprintf(patched, sizeof(patched), "%s/patched.o", folder);
	snprintf(output, sizeof(output), "%s/out.o", folder);

	struct lp_error *error = diffobj_run(original, patched, output, &options, &result);

	if (error)
		fail_msg("%s", error->message);
	check_refusals(row, result);
	check_notes(row, result);
	check_findings(row, result);
	check_states(row, result);
	check_outliving(row->outlives, &result->findings);
	check_outliving(row->elsewhere, &result->elsewhere);
	if (!row->refused || row->out)
		check_out(row, result);
	check_definitions(row, result);
	each_word(row->refers, check_reference, result);
	if (row->refused || diffobj_is_empty(result)) {
		assert_int_not_equal(access(output, F_OK), 0);
	} else {
		check_output(row, output);
		check_links(folder);
	}
	diffobj_result_free(result);
}

static int make_folder(void **state)
{
	char *folder = strdup("/tmp/lpatch-diffobj-XXXXXX");

	*state = folder;
	return folder && mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const files[] = {"original.c", "original.o", "patched.c",
					    "patched.o",  "out.o",      "linked.o"};
	char *folder = *state, path[100];

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		unlink(path);
	}
	rmdir(folder);
	free(folder);
	return 0;
}

/* One row: cmocka hands it over as the initial state, and the folder takes its place. */
struct running {
	const struct diffobj_case *row;
	void *folder;
};

static int set_up(void **state)
{
	struct running *running = *state;

	return make_folder(&running->folder);
}

static int tear_down(void **state)
{
	struct running *running = *state;

	return remove_folder(&running->folder);
}

static void run(void **state)
{
	struct running *running = *state;

	check_case(running->row, running->folder);
}

int diffobj_run_cases(const char *group, const struct diffobj_case *cases, size_t number)
{
	_cleanup_free_ struct CMUnitTest *tests = calloc(number, sizeof(*tests));
	_cleanup_free_ struct running *running = calloc(number, sizeof(*running));

	if (!tests || !running)
		return 1;
	for (size_t i = 0; i < number; i++) {
		running[i].row = &cases[i];
		tests[i] = (struct CMUnitTest){
			.name = cases[i].sentence,
			.test_func = run,
			.setup_func = set_up,
			.teardown_func = tear_down,
			.initial_state = &running[i],
		};
	}
	return _cmocka_run_group_tests(group, tests, number, NULL, NULL);
}
