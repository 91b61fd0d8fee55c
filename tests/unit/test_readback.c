// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading an update back: a good one is let through, and every kind of damage is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common/text.h"
#include "create/elf/module_file.h"
#include "tests/unit/readback_fixture.h"

#define MODULE_LIMIT (1u << 20)

/* A module that is about to be damaged: its bytes, and where things are in them. */
struct patient {
	struct blob bytes;
	struct module_file file;
};

static Elf64_Ehdr *header(struct patient *patient)
{
	return (Elf64_Ehdr *)patient->bytes.data;
}

static Elf64_Shdr *section_headers(struct patient *patient)
{
	return (Elf64_Shdr *)(patient->bytes.data + header(patient)->e_shoff);
}

static size_t index_of(struct patient *patient, const char *name)
{
	const struct module_section *section = module_file_section(&patient->file, name);

	if (!section)
		fail_msg("there is no section %s", name);
	return section - patient->file.sections;
}

static Elf64_Shdr *section(struct patient *patient, const char *name)
{
	return &section_headers(patient)[index_of(patient, name)];
}

static unsigned char *content(struct patient *patient, const char *name)
{
	return patient->bytes.data + section(patient, name)->sh_offset;
}

static Elf64_Rela *relocation(struct patient *patient, const char *name, size_t index)
{
	return &((Elf64_Rela *)content(patient, name))[index];
}

static Elf64_Sym *symbol(struct patient *patient, const char *name)
{
	size_t count, first = module_file_symbols(&patient->file, name, &count);

	if (!count)
		fail_msg("there is no symbol %s", name);
	return &((Elf64_Sym *)content(patient, ".symtab"))[patient->file.by_name[first]];
}

static size_t last_section(struct patient *patient)
{
	return header(patient)->e_shnum - 1;
}

/* Section headers ---------------------------------------------------------------------- */

/* What libelf 0.188 made of an added section now and then. */
static void header_is_garbage(struct patient *patient)
{
	memset(&section_headers(patient)[last_section(patient)], 0xbe, sizeof(Elf64_Shdr));
}

static void header_is_empty(struct patient *patient)
{
	memset(&section_headers(patient)[last_section(patient)], 0, sizeof(Elf64_Shdr));
}

static void section_ends_outside(struct patient *patient)
{
	section(patient, ".text.count")->sh_offset = patient->bytes.size - 16;
}

static void section_is_not_aligned(struct patient *patient)
{
	section(patient, ".text.count")->sh_offset += 4;
}

static void alignment_is_odd(struct patient *patient)
{
	section(patient, ".text.count")->sh_addralign = 24;
}

static void flags_are_unknown(struct patient *patient)
{
	section(patient, ".text.count")->sh_flags |= 1 << 16;
}

static void data_refer_to_a_section(struct patient *patient)
{
	section(patient, ".rodata")->sh_info = 3;
}

static void empty_header_is_full(struct patient *patient)
{
	section_headers(patient)->sh_size = 41;
}

static void undefined_symbol_has_a_value(struct patient *patient)
{
	symbol(patient, "say")->st_value = 8;
}

static void section_has_no_name(struct patient *patient)
{
	section(patient, ".text.count")->sh_name = section(patient, ".shstrtab")->sh_size;
}

static void sections_overlap(struct patient *patient)
{
	section(patient, ".text.count")->sh_offset = section(patient, ".text.other")->sh_offset;
}

static void entries_are_not_whole(struct patient *patient)
{
	section(patient, ".rela.text.count")->sh_size -= 8;
}

static void section_has_an_address(struct patient *patient)
{
	section(patient, ".text.count")->sh_addr = 4096;
}

static void relocations_have_no_symbols(struct patient *patient)
{
	section(patient, ".rela.text.count")->sh_link = (Elf64_Word)index_of(patient, ".strtab");
}

static void relocations_fill_nothing(struct patient *patient)
{
	section(patient, ".rela.text.count")->sh_info = header(patient)->e_shnum;
}

static void relocations_fill_another(struct patient *patient)
{
	section(patient, ".klp.rela.vmlinux..text.other")->sh_info =
		(Elf64_Word)index_of(patient, ".text.count");
}

static void headers_are_outside(struct patient *patient)
{
	header(patient)->e_shoff = patient->bytes.size;
}

static void a_header_too_many(struct patient *patient)
{
	header(patient)->e_shnum++;
}

static void code_is_data(struct patient *patient)
{
	section(patient, ".text.count")->sh_flags = SHF_ALLOC | SHF_WRITE;
}

static void section_has_another_name(struct patient *patient)
{
	section(patient, ".text.count")->sh_name = section(patient, ".text.other")->sh_name;
}

static void note_is_loaded(struct patient *patient)
{
	section(patient, ".comment")->sh_flags |= SHF_ALLOC;
	section(patient, ".comment")->sh_name++;
}

/* Contents ------------------------------------------------------------------------------- */

static void code_differs(struct patient *patient)
{
	content(patient, ".text.count")[7] ^= 1;
}

static void table_differs(struct patient *patient)
{
	content(patient, ".rodata")[section(patient, ".rodata")->sh_size - 1] ^= 1;
}

static void unwind_data_differ(struct patient *patient)
{
	content(patient, ".orc_unwind")[2] ^= 8;
}

static void info_differs(struct patient *patient)
{
	content(patient, ".modinfo")[0] = 'L';
}

static void section_is_shorter(struct patient *patient)
{
	section(patient, ".orc_unwind")->sh_size -= 6;
}

/* Symbols ----------------------------------------------------------------------------------- */

static void function_is_shorter(struct patient *patient)
{
	symbol(patient, "count.lpatch")->st_size--;
}

static void function_is_elsewhere(struct patient *patient)
{
	symbol(patient, "count.lpatch")->st_shndx = (Elf64_Half)index_of(patient, ".text.applied");
}

static void symbol_lies_outside(struct patient *patient)
{
	symbol(patient, "count.lpatch")->st_value = 1 << 20;
}

static void symbol_is_in_no_section(struct patient *patient)
{
	symbol(patient, "count.lpatch")->st_shndx = header(patient)->e_shnum;
}

static void symbol_has_no_name(struct patient *patient)
{
	symbol(patient, "count.lpatch")->st_name = section(patient, ".strtab")->sh_size;
}

static void local_symbol_is_global(struct patient *patient)
{
	Elf64_Sym *function = symbol(patient, "count.lpatch");

	function->st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
}

static void livepatch_symbol_has_another_name(struct patient *patient)
{
	size_t name = symbol(patient, "lpatch_register")->st_name;

	for (size_t i = 1; i < patient->file.nr_symbols; i++) {
		Elf64_Sym *one = &((Elf64_Sym *)content(patient, ".symtab"))[i];

		if (one->st_shndx == SHN_LIVEPATCH)
			one->st_name = (Elf64_Word)name;
	}
}

static void livepatch_symbol_is_undefined(struct patient *patient)
{
	for (size_t i = 1; i < patient->file.nr_symbols; i++) {
		Elf64_Sym *one = &((Elf64_Sym *)content(patient, ".symtab"))[i];

		if (one->st_shndx == SHN_LIVEPATCH)
			one->st_shndx = SHN_UNDEF;
	}
}

static void exported_symbol_has_another_name(struct patient *patient)
{
	symbol(patient, "say")->st_name++;
}

/* Relocations ---------------------------------------------------------------------------------- */

#define LATE ".klp.rela.vmlinux..text.count"

static void relocation_is_elsewhere(struct patient *patient)
{
	relocation(patient, LATE, 0)->r_offset++;
}

static void relocation_lies_outside(struct patient *patient)
{
	relocation(patient, LATE, 0)->r_offset = section(patient, ".text.count")->sh_size - 3;
}

static void relocation_has_another_kind(struct patient *patient)
{
	Elf64_Rela *rela = relocation(patient, LATE, 0);

	rela->r_info = ELF64_R_INFO(ELF64_R_SYM(rela->r_info), R_X86_64_32S);
}

static void relocation_has_no_kind(struct patient *patient)
{
	Elf64_Rela *rela = relocation(patient, LATE, 0);

	rela->r_info = ELF64_R_INFO(ELF64_R_SYM(rela->r_info), R_X86_64_GOTPCREL);
}

static void relocation_has_no_symbol(struct patient *patient)
{
	Elf64_Rela *rela = relocation(patient, LATE, 0);

	rela->r_info = ELF64_R_INFO(patient->file.nr_symbols, ELF64_R_TYPE(rela->r_info));
}

static void relocation_leads_elsewhere(struct patient *patient)
{
	relocation(patient, LATE, 0)->r_addend += 8;
}

static void relocation_leads_to_another(struct patient *patient)
{
	Elf64_Rela *rela = relocation(patient, ".rela.text.count", 0);
	Elf64_Sym *symbols = (Elf64_Sym *)content(patient, ".symtab");

	rela->r_info = ELF64_R_INFO(symbol(patient, "say") - symbols, ELF64_R_TYPE(rela->r_info));
}

static void relocation_is_missing(struct patient *patient)
{
	section(patient, ".rela.text.count")->sh_size -= sizeof(Elf64_Rela);
}

static void relocations_are_missing(struct patient *patient)
{
	section(patient, LATE)->sh_type = SHT_PROGBITS;
	section(patient, LATE)->sh_flags = section(patient, LATE)->sh_link = 0;
	section(patient, LATE)->sh_info = 0;
}

static void relocations_are_not_livepatch(struct patient *patient)
{
	section(patient, LATE)->sh_flags &= ~(uint64_t)SHF_RELA_LIVEPATCH;
}

static void relocations_are_for_another_object(struct patient *patient)
{
	/* ".klp.rela.vmlinux..text.count" has become "klp.rela...". */
	section(patient, LATE)->sh_name++;
}

/* The tests ---------------------------------------------------------------------------------------
 */

static void damage(struct readback_fixture *fixture, const char *path,
		   void damage_it(struct patient *), const char *file, const char *saying)
{
	_cleanup_blob_ struct blob good = {0};
	struct patient patient = {0};

	assert_null(file_read(path, MODULE_LIMIT, &good));
	assert_null(file_read(path, MODULE_LIMIT, &patient.bytes));
	assert_null(module_file_read("good", &good, &patient.file));
	damage_it(&patient);
	assert_null(file_write(path, patient.bytes.data, patient.bytes.size));
	_cleanup_error_ struct lp_error *error = readback_fixture_check(fixture);

	assert_null(file_write(path, good.data, good.size));
	module_file_clear(&patient.file);
	free(patient.bytes.data);
	if (!error)
		fail_msg("nobody saw that %s", saying);
	assert_int_equal(error->status, LP_INTERNAL);
	if (!strstr(error->message, saying) || !strstr(error->message, file) ||
	    strchr(error->message, '\n') || !strstr(error->message, "section"))
		fail_msg("\"%s\" does not say \"%s\" of %s", error->message, saying, file);
}

static void fine(struct readback_fixture *fixture)
{
	_cleanup_error_ struct lp_error *error = readback_fixture_check(fixture);

	if (error)
		fail_msg("%s", error->message);
}

static void every_damage_is_found(void **state)
{
	static const struct {
		void (*damage)(struct patient *patient);
		const char *saying;
	} damages[] = {
		{header_is_garbage, "is of a kind that no module has: 0xbebebebe"},
		{header_is_empty, "is of a kind that no module has: 0x0"},
		{section_ends_outside, "has contents that lie outside the file"},
		{section_is_not_aligned, "has contents that are not aligned"},
		{alignment_is_odd, "has an alignment that is no power of two"},
		{flags_are_unknown, "has flags that no module has"},
		{data_refer_to_a_section, ".rodata refers to another section"},
		{empty_header_is_full, "section header 0 is not empty"},
		{undefined_symbol_has_a_value, "say, has a value, and is defined elsewhere"},
		{section_has_no_name, "has no name"},
		{sections_overlap, "has contents that overlap with others"},
		{entries_are_not_whole, "has an incomplete entry"},
		{section_has_an_address, "has an address"},
		{relocations_have_no_symbols, ".rela.text.count has no symbols"},
		{relocations_fill_nothing, "has relocations for a section that isn't there"},
		{relocations_fill_another, ".text.count at 0xa"},
		{headers_are_outside, "does not say where the section headers are"},
		{a_header_too_many, "does not say where the section headers are"},
		{code_is_data, "would be loaded into memory of another kind"},
		{section_has_another_name, ".text.other"},
		{note_is_loaded, "and the linker was given 0"},
		{code_differs, ".text.count: does not contain the bytes of the section of"},
		{table_differs, ".rodata: does not contain the bytes of the section of"},
		{unwind_data_differ, ".orc_unwind: does not contain the bytes of the section of"},
		{info_differs, ".modinfo: does not contain the bytes of the section of"},
		{section_is_shorter, ".orc_unwind: does not contain the whole section of"},
		{function_is_shorter, ".text.count: count.lpatch is not at 0x0, or not of 47"},
		{function_is_elsewhere, "symbol"},
		{symbol_lies_outside, "count.lpatch, lies outside its section"},
		{symbol_is_in_no_section, "count.lpatch, is in a section that isn't there"},
		{symbol_has_no_name, "has no name"},
		{local_symbol_is_global, "is local behind global ones, or global before"},
		{livepatch_symbol_has_another_name, "leads to lpatch_register"},
		{livepatch_symbol_is_undefined, "leads to .klp.sym.vmlinux."},
		{exported_symbol_has_another_name, "leads to ay-4, not to say-4"},
		{relocation_is_elsewhere, "has a relocation of .text.count at"},
		{relocation_lies_outside, "lies outside the section that it fills"},
		{relocation_has_another_kind, "is of kind 11, not 2"},
		{relocation_has_no_kind, "is of a kind that the loader does not know"},
		{relocation_has_no_symbol, "has no symbol"},
		{relocation_leads_elsewhere, "leads to .klp.sym.vmlinux."},
		{relocation_leads_to_another, "leads to say-4, not to __fentry__-4"},
		{relocation_is_missing, "has a relocation of .text.count at 0x1c, not at 0x11"},
		{relocations_are_missing, "relocations, and 6 were planned"},
		{relocations_are_not_livepatch, "is not where the loader searches"},
		{relocations_are_for_another_object, "is not where the loader searches"},
	};
	struct readback_fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(damages); i++)
		damage(fixture, fixture->update, damages[i].damage, "lpatch_t.ko",
		       damages[i].saying);
}

static void says(struct readback_fixture *fixture, const char *saying)
{
	_cleanup_error_ struct lp_error *error = readback_fixture_check(fixture);

	if (!error)
		fail_msg("nobody said \"%s\"", saying);
	assert_int_equal(error->status, LP_INTERNAL);
	if (!strstr(error->message, saying) || strchr(error->message, '\n'))
		fail_msg("\"%s\" does not say \"%s\"", error->message, saying);
}

static void what_is_right_is_let_through(void **state)
{
	fine(*state);
}

/* Every byte except unused ones: padding, notes and names of the compiler. */
static void hardly_any_byte_may_change(void **state)
{
	struct readback_fixture *fixture = *state;
	_cleanup_blob_ struct blob good = {0};
	size_t unseen = 0, tried = 0;

	fine(fixture);
	assert_null(file_read(fixture->update, MODULE_LIMIT, &good));
	for (size_t i = 0; i < good.size; i += 7, tried++) {
		good.data[i] ^= 0x10;
		assert_null(file_write(fixture->update, good.data, good.size));
		_cleanup_error_ struct lp_error *error = readback_fixture_check(fixture);

		unseen += !error;
		good.data[i] ^= 0x10;
	}
	assert_null(file_write(fixture->update, good.data, good.size));
	if (unseen * 8 > tried)
		fail_msg("of %zu damages, %zu were not seen", tried, unseen);
}

static void flip_text(struct patient *patient)
{
	content(patient, ".init.text")[6] ^= 1;
}

/* The call to the address at a distance from _printk in the core. */
static Elf64_Rela *distant(struct patient *patient)
{
	size_t count = section(patient, ".rela.init.text")->sh_size / sizeof(Elf64_Rela);

	for (size_t i = 0; i < count; i++) {
		Elf64_Rela *rela = relocation(patient, ".rela.init.text", i);
		const char *name = patient->file.symbols[ELF64_R_SYM(rela->r_info)].name;

		if (!strcmp(name, "_printk") && rela->r_addend != -4)
			return rela;
	}
	fail_msg("nothing is at a distance from _printk");
	return NULL;
}

static void distance_is_wrong(struct patient *patient)
{
	distant(patient)->r_addend += 16;
}

static void distance_is_missing(struct patient *patient)
{
	distant(patient)->r_addend = -4;
}

static void the_core_is_read_back_too(void **state)
{
	struct readback_fixture *fixture = *state;

	damage(fixture, fixture->core, header_is_garbage, "lpatch.ko", "is of a kind that no");
	damage(fixture, fixture->core, flip_text, "lpatch.ko", ".init.text: does not contain");
	damage(fixture, fixture->core, distance_is_wrong, "lpatch.ko", "leads to _printk+");
	damage(fixture, fixture->core, distance_is_missing, "lpatch.ko",
	       "leads to _printk-4, not to _printk+");
}

static void a_table_must_be_the_one_that_was_planned(void **state)
{
	struct readback_fixture *fixture = *state;
	struct diffobj_function *count = NULL;

	for (size_t i = 0; i < fixture->result->nr_functions; i++) {
		if (!strcmp(fixture->result->functions[i].name, "count"))
			count = &fixture->result->functions[i];
	}
	assert_non_null(count);
	count->size++;
	says(fixture, "has another size of the replacement");
	count->size--;
	count->kind = DIFFOBJ_NEW;
	says(fixture, "lpatch_t.ko: section ");
	count->kind = DIFFOBJ_REPLACED;
	fixture->result->rewrites[0].old_bytes[1] ^= 1;
	says(fixture, "the entry of limits at");
	fixture->result->rewrites[0].old_bytes[1] ^= 1;
	fixture->plan.description = "another";
	says(fixture, "has another description than planned");
	fixture->plan.description = "count twice";
	fixture->plan.id = "u";
	says(fixture, "has another id than planned");
	fixture->plan.id = "t";
	fixture->findings.items[0].where[0] = 'U';
	says(fixture, "the entry of applied at 0x");
	fixture->findings.items[0].where[0] = 'u';
	fixture->findings.items[0].kind = FINDING_NEW_STATE;
	says(fixture, "has another number of entries than planned");
	fixture->findings.items[0].kind = FINDING_OUTLIVES;
	fixture->result->keep_code = !fixture->result->keep_code;
	says(fixture, "does not say as planned whether its code stays loaded");
	fixture->result->keep_code = !fixture->result->keep_code;
	strcpy(fixture->result->hooks[0].kind, "pre_apply");
	says(fixture, "section .rodata: the entry of applied at");
	strcpy(fixture->result->hooks[0].kind, "post_apply");
	fine(fixture);
}

static void a_place_must_be_where_the_kernel_has_it(void **state)
{
	struct readback_fixture *fixture = *state;
	struct proven_symbol *place = &fixture->plan.map.entries[0].place;

	place->address++;
	says(fixture, "does not resolve to 0xffffffff81");
	place->address--;
	fine(fixture);
}

static struct symbol_target *answer_for(struct readback_fixture *fixture, const char *name)
{
	for (size_t i = 0; i < fixture->result->nr_references; i++) {
		if (!strcmp(fixture->result->references[i].symbol, name))
			return &fixture->targets[i];
	}
	fail_msg("nothing refers to %s", name);
	return NULL;
}

/* As if link.c had an error: the module does not match the model of names. */
static void names_must_mean_what_the_model_says(void **state)
{
	struct readback_fixture *fixture = *state;
	struct symbol_target *hidden = answer_for(fixture, "hidden");
	struct symbol_target *count = answer_for(fixture, "hidden_count");
	const struct symbol_target right = *hidden;

	hidden->place.offset++;
	says(fixture, "leads to .klp.sym.vmlinux.");
	*hidden = *count;
	says(fixture, "leads to .klp.sym.vmlinux.");
	*hidden = *answer_for(fixture, "say");
	says(fixture, "leads to .klp.sym.vmlinux.");
	*hidden = right;
	fine(fixture);
}

static void write_exports(struct readback_fixture *fixture, const char *text)
{
	assert_null(file_write(fixture->target.symvers, text, strlen(text)));
}

static void what_is_undefined_must_be_exported_as_it_was(void **state)
{
	struct readback_fixture *fixture = *state;
	_cleanup_blob_ struct blob good = {0};

	assert_null(file_read(fixture->target.symvers, MODULE_LIMIT, &good));
	write_exports(fixture, "0x00000001\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n"
			       "0x00000002\t__fentry__\tvmlinux\tEXPORT_SYMBOL\t\n"
			       "0x00000006\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n");
	says(fixture, ".symtab: say is neither defined nor exported by the target");
	write_exports(fixture, "0x00000001\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n"
			       "0x00000002\t__fentry__\tvmlinux\tEXPORT_SYMBOL\t\n"
			       "0x00000006\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n"
			       "0x00000033\tsay\tvmlinux\tEXPORT_SYMBOL\t\n");
	says(fixture, "__versions: has the checksum 0x3 of say, and the target 0x33");
	write_exports(fixture, "0x00000009\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n"
			       "0x00000002\t__fentry__\tvmlinux\tEXPORT_SYMBOL\t\n"
			       "0x00000006\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n"
			       "0x00000003\tsay\tvmlinux\tEXPORT_SYMBOL\t\n");
	says(fixture, "__versions: has the checksum 0x1 of module_layout");
	write_exports(fixture, "0x00000001\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n"
			       "0x00000002\t__fentry__\tvmlinux\tEXPORT_SYMBOL\t\n"
			       "0x00000006\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n"
			       "0x00000003\tsay\tvmlinux\tEXPORT_SYMBOL\tSPACE\n");
	says(fixture, ".modinfo: does not import the namespace SPACE of say");
	write_exports(fixture, (const char *)good.data);
	fine(fixture);
}

/* The same modules, for a kernel that calls itself otherwise. */
static void vermagic_must_be_the_kernels(void **state)
{
	static const char magic[] = "6.1.0-test SMP mod_unload ";
	struct readback_fixture *fixture = *state;
	struct kernel_image *kernel = fixture->target.kernel;
	size_t size;
	const uint8_t *elf = kernel_image_elf(kernel, &size);
	uint8_t *other = malloc(size);
	char *found;

	memcpy(other, elf, size);
	found = memmem(other, size, magic, sizeof(magic));
	assert_non_null(found);
	memcpy(found, "6.1.0-tesT", 10);
	assert_null(kernel_image_open_elf("other", other, size, &fixture->target.kernel));
	says(fixture, ".modinfo: has the vermagic \"6.1.0-test SMP mod_unload \", and the kernel");
	kernel_image_free(fixture->target.kernel);
	fixture->target.kernel = kernel;
	fine(fixture);
}

static void functions_must_be_described(void **state)
{
	(void)state;
	struct readback_fixture *fixture =
		readback_fixture_make(&(struct readback_options){.flags = "-DNO_UNWIND"});

	says(fixture, ".orc_unwind_ip: does not mention ");
	readback_fixture_free(fixture);
}

static void calls_must_be_listed(void **state)
{
	(void)state;
	struct readback_fixture *fixture =
		readback_fixture_make(&(struct readback_options){.flags = "-mno-record-mcount"});

	says(fixture, "__mcount_loc: does not list the call of __fentry__ in .text.");
	readback_fixture_free(fixture);
}

static void value_differs(struct patient *patient)
{
	symbol(patient, ".lpatch.base._stext")->st_value += 16;
}

static void late_value_differs(struct patient *patient)
{
	for (size_t i = 1; i < patient->file.nr_symbols; i++) {
		if (text_starts_with(patient->file.symbols[i].name, ".lpatch.vmlinux."))
			((Elf64_Sym *)content(patient, ".symtab"))[i].st_value++;
	}
}

static void a_kernel_without_livepatch_gets_absolute_symbols(void **state)
{
	(void)state;
	struct readback_fixture *fixture =
		readback_fixture_make(&(struct readback_options){.no_livepatch = true});

	fine(fixture);
	damage(fixture, fixture->update, value_differs, "lpatch_t.ko",
	       ".lpatch.base._stext is not where the kernel has it");
	damage(fixture, fixture->update, late_value_differs, "lpatch_t.ko",
	       "leads to .lpatch.vmlinux.lpatch_");
	readback_fixture_free(fixture);
}

static int make(void **state)
{
	*state = readback_fixture_make(&(struct readback_options){0});
	return 0;
}

static int clear(void **state)
{
	readback_fixture_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_right_is_let_through),
		cmocka_unit_test(every_damage_is_found),
		cmocka_unit_test(hardly_any_byte_may_change),
		cmocka_unit_test(the_core_is_read_back_too),
		cmocka_unit_test(a_table_must_be_the_one_that_was_planned),
		cmocka_unit_test(a_place_must_be_where_the_kernel_has_it),
		cmocka_unit_test(names_must_mean_what_the_model_says),
		cmocka_unit_test(what_is_undefined_must_be_exported_as_it_was),
		cmocka_unit_test(vermagic_must_be_the_kernels),
		cmocka_unit_test(functions_must_be_described),
		cmocka_unit_test(calls_must_be_listed),
		cmocka_unit_test(a_kernel_without_livepatch_gets_absolute_symbols),
	};

	return cmocka_run_group_tests_name("read-back", tests, make, clear);
}
