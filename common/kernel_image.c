// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/kernel_image.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "common/decompress.h"
#include "common/kallsyms.h"

struct kernel_image {
	void *file; /* the mapped file */
	size_t file_size;
	uint8_t *unpacked;  /* the decompressed kernel; NULL if the file is a vmlinux */
	const uint8_t *elf; /* one of the two */
	size_t elf_size;
	struct kernel_section *sections;
	size_t section_count;
	struct symbol_table symbols;
	char *build_id;
	uint64_t build_id_address;
	char *banner;
	char *release;
};

/* ELF ------------------------------------------------------------------------ */

static struct lp_error *damaged(const char *what)
{
	return lp_error_new(LP_INTERNAL, "the kernel's ELF file is damaged or cut off: %s", what);
}

/* Whether `count` items of `item` bytes at `offset` are inside the file. */
static bool fits(const struct kernel_image *image, uint64_t offset, uint64_t count, uint64_t item)
{
	return offset <= image->elf_size && count <= (image->elf_size - offset) / item;
}

static struct lp_error *read_header(const struct kernel_image *image, Elf64_Ehdr *header)
{
	if (image->elf_size < sizeof(*header) || memcmp(image->elf, ELFMAG, SELFMAG) != 0)
		return lp_error_new(LP_INTERNAL, "neither a bzImage nor a vmlinux");
	memcpy(header, image->elf, sizeof(*header));
	if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
	    header->e_machine != EM_X86_64)
		return lp_error_new(LP_INTERNAL, "an ELF file, but not for x86-64");
	if (header->e_type != ET_EXEC)
		return lp_error_new(LP_INTERNAL, "an ELF file, but not a kernel");
	if (!header->e_shnum || header->e_shentsize != sizeof(Elf64_Shdr) ||
	    header->e_shstrndx >= header->e_shnum)
		return lp_error_new(LP_INTERNAL, "the kernel has no section headers");
	if (!fits(image, header->e_shoff, header->e_shnum, sizeof(Elf64_Shdr)))
		return damaged("section headers");
	return NULL;
}

static Elf64_Shdr section_header(const struct kernel_image *image, const Elf64_Ehdr *header,
				 size_t index)
{
	Elf64_Shdr section;

	memcpy(&section, image->elf + header->e_shoff + index * sizeof(section), sizeof(section));
	return section;
}

/* The string at `offset` in a string table, or NULL if it isn't wholly inside. */
static const char *string_at(const struct kernel_section *strings, uint64_t offset)
{
	if (!strings->data || offset >= strings->size ||
	    !memchr(strings->data + offset, 0, strings->size - offset))
		return NULL;
	return (const char *)strings->data + offset;
}

static struct lp_error *read_section(const struct kernel_image *image, const Elf64_Shdr *header,
				     struct kernel_section *section)
{
	*section = (struct kernel_section){
		.address = header->sh_addr,
		.size = header->sh_size,
		.flags = header->sh_flags,
		.type = header->sh_type,
	};
	if (header->sh_type == SHT_NOBITS || header->sh_type == SHT_NULL)
		return NULL;
	if (!fits(image, header->sh_offset, header->sh_size, 1))
		return damaged("a section reaches beyond the end");
	section->data = image->elf + header->sh_offset;
	return NULL;
}

static struct lp_error *read_sections(struct kernel_image *image, const Elf64_Ehdr *header)
{
	image->sections = calloc(header->e_shnum, sizeof(*image->sections));
	if (!image->sections)
		return lp_error_no_memory();
	image->section_count = header->e_shnum;

	for (size_t i = 0; i < image->section_count; i++) {
		Elf64_Shdr section = section_header(image, header, i);

		lp_try(read_section(image, &section, &image->sections[i]));
	}
	for (size_t i = 0; i < image->section_count; i++) {
		Elf64_Shdr section = section_header(image, header, i);

		image->sections[i].name =
			string_at(&image->sections[header->e_shstrndx], section.sh_name);
		if (!image->sections[i].name)
			return damaged("section names");
	}
	return NULL;
}

/* Symbols -------------------------------------------------------------------- */

/* The type character of nm(1), for the types that scripts/kallsyms.c distinguishes. */
static char symbol_type(const struct kernel_image *image, const Elf64_Sym *symbol)
{
	bool local = ELF64_ST_BIND(symbol->st_info) == STB_LOCAL;
	char type = 'a';

	if (symbol->st_shndx < image->section_count) {
		const struct kernel_section *section = &image->sections[symbol->st_shndx];

		if (section->flags & SHF_EXECINSTR)
			type = 't';
		else if (section->type == SHT_NOBITS)
			type = 'b';
		else
			type = section->flags & SHF_WRITE ? 'd' : 'r';
	}
	if (ELF64_ST_BIND(symbol->st_info) == STB_WEAK)
		return type == 't' ? 'W' : 'V';
	return local ? type : toupper(type);
}

static bool is_useful(const Elf64_Sym *symbol, const char *name)
{
	unsigned int type = ELF64_ST_TYPE(symbol->st_info);

	return *name && symbol->st_shndx != SHN_UNDEF && type != STT_FILE && type != STT_SECTION;
}

static int compare_symbols(const void *a, const void *b)
{
	const struct kernel_symbol *one = a;
	const struct kernel_symbol *other = b;

	if (one->address != other->address)
		return one->address < other->address ? -1 : 1;
	return one->next < other->next ? -1 : one->next > other->next; /* order in the file */
}

/* From the ELF symbol table; leaves image->symbols empty if there is none. */
static struct lp_error *read_symtab(struct kernel_image *image, const Elf64_Ehdr *header)
{
	for (size_t i = 0; i < image->section_count; i++) {
		const struct kernel_section *section = &image->sections[i];
		Elf64_Shdr shdr = section_header(image, header, i);
		size_t count = section->size / sizeof(Elf64_Sym);

		if (section->type != SHT_SYMTAB)
			continue;
		if (shdr.sh_link >= image->section_count || count >= UINT32_MAX)
			return damaged("symbol table");
		image->symbols.symbols = calloc(count + 1, sizeof(*image->symbols.symbols));
		if (!image->symbols.symbols)
			return lp_error_no_memory();

		for (size_t k = 0; k < count; k++) {
			Elf64_Sym symbol;

			memcpy(&symbol, section->data + k * sizeof(symbol), sizeof(symbol));

			const char *name =
				string_at(&image->sections[shdr.sh_link], symbol.st_name);

			if (!name)
				return damaged("symbol names");
			if (!is_useful(&symbol, name))
				continue;
			image->symbols.symbols[image->symbols.count++] = (struct kernel_symbol){
				.address = symbol.st_value,
				.name = name,
				.type = symbol_type(image, &symbol),
				.next = k,
			};
		}
		qsort(image->symbols.symbols, image->symbols.count, sizeof(*image->symbols.symbols),
		      compare_symbols);
		return symbol_table_finish(&image->symbols);
	}
	return NULL;
}

static struct lp_error *read_symbols(struct kernel_image *image, const Elf64_Ehdr *header)
{
	bool found = false;

	lp_try(read_symtab(image, header));
	if (image->symbols.count)
		return NULL;
	symbol_table_clear(&image->symbols);

	const struct kernel_section *rodata = kernel_image_section(image, ".rodata");

	if (rodata && rodata->data && rodata->address % 8 == 0)
		lp_try(kallsyms_decode(rodata->data, rodata->size, rodata->address, &image->symbols,
				       &found));
	if (!found)
		return lp_error_hint(lp_error_new(LP_INTERNAL,
						  "the kernel has no symbols: neither a "
						  "symbol table nor kallsyms"),
				     "It must have been built with CONFIG_KALLSYMS=y.");
	return NULL;
}

/* Identity ------------------------------------------------------------------- */

static char *hexadecimal(const uint8_t *data, size_t size)
{
	char *text = malloc(2 * size + 1);

	for (size_t i = 0; text && i < size; i++)
		snprintf(text + 2 * i, 3, "%02x", data[i]);
	return text;
}

/* The note NT_GNU_BUILD_ID in .notes, which also has notes of Xen and others. */
static struct lp_error *read_build_id(struct kernel_image *image)
{
	const struct kernel_section *notes = kernel_image_section(image, ".notes");
	uint64_t at = 0;
	Elf64_Nhdr note;

	if (!notes || !notes->data)
		return NULL;
	while (at < notes->size && notes->size - at >= sizeof(note)) {
		memcpy(&note, notes->data + at, sizeof(note));

		uint64_t name = at + sizeof(note);
		uint64_t contents = name + ((note.n_namesz + 3ull) & ~3ull);
		uint64_t end = contents + note.n_descsz;

		if (end > notes->size)
			return damaged("notes");
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && note.n_descsz &&
		    memcmp(notes->data + name, "GNU", 4) == 0) {
			image->build_id = hexadecimal(notes->data + contents, note.n_descsz);
			image->build_id_address = notes->address + contents;
			return image->build_id ? NULL : lp_error_no_memory();
		}
		at = (end + 3) & ~3ull;
	}
	return NULL;
}

#define BANNER_START "Linux version "

static const char *find_banner(const struct kernel_image *image)
{
	const struct kernel_symbol *symbol =
		symbol_table_find_name(&image->symbols, "linux_banner");
	const uint8_t *text = NULL;

	if (symbol)
		text = kernel_image_bytes(image, symbol->address, strlen(BANNER_START));
	if (!text || memcmp(text, BANNER_START, strlen(BANNER_START)) != 0)
		return NULL;
	return memchr(text, 0, kernel_image_available(image, symbol->address)) ? (const char *)text
									       : NULL;
}

static struct lp_error *read_banner(struct kernel_image *image)
{
	const char *banner = find_banner(image);

	if (!banner)
		return NULL;

	const char *release = banner + strlen(BANNER_START);

	image->banner = strndup(banner, strcspn(banner, "\n"));
	image->release = strndup(release, strcspn(release, " \n"));
	return image->banner && image->release ? NULL : lp_error_no_memory();
}

/* Opening -------------------------------------------------------------------- */

static struct lp_error *map_file(struct kernel_image *image, const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return lp_error_errno(errno, "can't open the kernel image");
	if (!S_ISREG(status.st_mode))
		return lp_error_new(LP_INTERNAL, "not a file");
	if (!status.st_size)
		return lp_error_new(LP_INTERNAL, "the file is empty");

	void *file = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

	if (file == MAP_FAILED)
		return lp_error_errno(errno, "can't map the kernel image");
	image->file = file;
	image->file_size = status.st_size;
	return NULL;
}

static struct lp_error *unpack(struct kernel_image *image)
{
	image->elf = image->file;
	image->elf_size = image->file_size;
	if (!bzimage_is(image->file, image->file_size))
		return NULL;
	lp_try(bzimage_decompress(image->file, image->file_size, &image->unpacked,
				  &image->elf_size));
	image->elf = image->unpacked;
	return NULL;
}

static struct lp_error *read_elf(struct kernel_image *image)
{
	Elf64_Ehdr header;

	lp_try(read_header(image, &header));
	lp_try(read_sections(image, &header));
	lp_try(read_symbols(image, &header));
	lp_try(read_build_id(image));
	return read_banner(image);
}

static struct lp_error *load(struct kernel_image *image, const char *path)
{
	lp_try(map_file(image, path));
	lp_try(unpack(image));
	return read_elf(image);
}

struct lp_error *kernel_image_open(const char *path, struct kernel_image **image)
{
	_cleanup_kernel_image_ struct kernel_image *new = calloc(1, sizeof(*new));

	*image = NULL;
	if (!new)
		return lp_error_no_memory();
	lp_try(lp_error_context(load(new, path), "%s", path));
	*image = take(new);
	return NULL;
}

struct lp_error *kernel_image_open_elf(const char *name, uint8_t *elf, size_t size,
				       struct kernel_image **image)
{
	_cleanup_kernel_image_ struct kernel_image *new = calloc(1, sizeof(*new));

	*image = NULL;
	if (!new) {
		free(elf);
		return lp_error_no_memory();
	}
	new->unpacked = elf;
	new->elf = elf;
	new->elf_size = size;
	lp_try(lp_error_context(read_elf(new), "%s", name));
	*image = take(new);
	return NULL;
}

void kernel_image_free(struct kernel_image *image)
{
	if (!image)
		return;
	symbol_table_clear(&image->symbols);
	free(image->sections);
	free(image->build_id);
	free(image->banner);
	free(image->release);
	free(image->unpacked);
	if (image->file)
		munmap(image->file, image->file_size);
	free(image);
}

/* Questions ------------------------------------------------------------------ */

/* The section with contents that the address is in, or NULL. */
static const struct kernel_section *section_at(const struct kernel_image *image, uint64_t address)
{
	for (size_t i = 0; i < image->section_count; i++) {
		const struct kernel_section *section = &image->sections[i];

		if ((section->flags & SHF_ALLOC) && section->data && address >= section->address &&
		    address - section->address < section->size)
			return section;
	}
	return NULL;
}

size_t kernel_image_available(const struct kernel_image *image, uint64_t address)
{
	const struct kernel_section *section = section_at(image, address);

	return section ? section->size - (address - section->address) : 0;
}

const uint8_t *kernel_image_bytes(const struct kernel_image *image, uint64_t address, size_t size)
{
	const struct kernel_section *section = section_at(image, address);

	if (!section || size > section->size - (address - section->address))
		return NULL;
	return section->data + (address - section->address);
}

const struct kernel_section *kernel_image_sections(const struct kernel_image *image, size_t *count)
{
	*count = image->section_count;
	return image->sections;
}

const struct kernel_section *kernel_image_section(const struct kernel_image *image,
						  const char *name)
{
	for (size_t i = 0; i < image->section_count; i++)
		if (strcmp(image->sections[i].name, name) == 0)
			return &image->sections[i];
	return NULL;
}

const struct symbol_table *kernel_image_symbols(const struct kernel_image *image)
{
	return &image->symbols;
}

const char *kernel_image_build_id(const struct kernel_image *image)
{
	return image->build_id;
}

uint64_t kernel_image_build_id_address(const struct kernel_image *image)
{
	return image->build_id_address;
}

const char *kernel_image_banner(const struct kernel_image *image)
{
	return image->banner;
}

const char *kernel_image_release(const struct kernel_image *image)
{
	return image->release;
}

const uint8_t *kernel_image_elf(const struct kernel_image *image, size_t *size)
{
	*size = image->elf_size;
	return image->elf;
}
