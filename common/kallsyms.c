// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/kallsyms.h"

#include <string.h>

#define TOKENS           256
#define TOKEN_INDEX_SIZE (TOKENS * 2) /* bytes: one u16 for each token */
#define NAME_MAX_LENGTH  512          /* KSYM_NAME_LEN, include/linux/kallsyms.h, Linux 6.1 */
#define NAMES_PER_MARKER 256
#define FEWEST_SYMBOLS   16      /* a kernel never has fewer */
#define MOST_SYMBOLS     4000000 /* a kernel with everything built in has about 300,000 */
#define FULL_TRIES       32      /* tables read from start to end before giving up */

/* The tables, as pointers into the image. */
struct tables {
	const uint8_t *begin; /* of .rodata */
	const uint8_t *end;
	const uint8_t *token_table;
	const uint8_t *token_index;
	uint8_t token_length[TOKENS];
	uint32_t count; /* of symbols */
	const uint8_t *names;
	const uint8_t *markers;
	size_t names_size; /* bytes, compressed */
	size_t text_size;  /* bytes, expanded, each name with its type and a zero */
	const uint8_t *offsets;
	const uint8_t *relative_base; /* NULL: offsets are 8-byte addresses, or from their places */
	uint64_t offsets_at; /* address of `offsets`, if each counts from its own place; else 0 */
	uint64_t address;    /* of `begin` */
	size_t unit;         /* bytes by which the tables are aligned */
};

static uint16_t read_u16(const uint8_t *p)
{
	uint16_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

static uint32_t read_u32(const uint8_t *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

static uint64_t read_u64(const uint8_t *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

static size_t align_up(size_t value, size_t unit)
{
	return (value + unit - 1) & ~(unit - 1);
}

/* Tokens --------------------------------------------------------------------- */

/* Whether there are 256 numbers that start at 0 and increase. */
static bool looks_like_token_index(const uint8_t *p)
{
	if (read_u16(p) != 0)
		return false;
	for (size_t i = 1; i < TOKENS; i++)
		if (read_u16(p + 2 * i) <= read_u16(p + 2 * (i - 1)))
			return false;
	return true;
}

static bool is_printable(uint8_t c)
{
	return c > ' ' && c < 0x7f;
}

/*
 * Whether 256 zero-terminated strings are at `table`, at the offsets in
 * `index`, with only zeros for alignment between them and `index`.
 */
static bool tokens_agree(const uint8_t *table, const uint8_t *index, size_t unit, uint8_t *lengths)
{
	size_t total = index - table;

	for (size_t i = 0; i < TOKENS; i++) {
		size_t begin = read_u16(index + 2 * i);
		size_t limit = i + 1 < TOKENS ? read_u16(index + 2 * (i + 1)) : total;
		size_t end = begin;

		while (end < limit && end < total && is_printable(table[end]))
			end++;
		if (end >= total || table[end] != 0 || end - begin > UINT8_MAX)
			return false;
		if (i + 1 < TOKENS ? end + 1 != limit : align_up(end + 1, unit) != total)
			return false;
		for (size_t pad = end; pad < limit; pad++)
			if (table[pad])
				return false;
		lengths[i] = end - begin;
	}
	return true;
}

/* The length of the last token is not known, so each possible place is tried. */
static bool find_token_table(struct tables *tables, const uint8_t *index)
{
	size_t least = align_up(read_u16(index + 2 * (TOKENS - 1)) + 1, tables->unit);

	for (size_t back = least; back < least + NAME_MAX_LENGTH; back += tables->unit) {
		if (back > (size_t)(index - tables->begin))
			return false;
		if (tokens_agree(index - back, index, tables->unit, tables->token_length)) {
			tables->token_table = index - back;
			tables->token_index = index;
			return true;
		}
	}
	return false;
}

static const uint8_t *token_text(const struct tables *tables, uint8_t token)
{
	return tables->token_table + read_u16(tables->token_index + 2 * token);
}

/* Names ---------------------------------------------------------------------- */

/*
 * The length in bytes of the compressed name at *name, which moves after the
 * length: one byte, or two when the first has its top bit set. 0: no name here.
 */
static size_t name_length(const uint8_t **name, const uint8_t *end)
{
	if (*name >= end)
		return 0;

	size_t length = *(*name)++;

	if (length & 0x80) {
		if (*name >= end)
			return 0;
		length = (length & 0x7f) | (size_t) * (*name)++ << 7;
	}
	return length <= (size_t)(end - *name) ? length : 0;
}

/* Reads all names: each marker must give the place of its name. Fills in the sizes. */
static bool names_agree(struct tables *tables)
{
	const uint8_t *name = tables->names;

	tables->text_size = 0;
	for (uint32_t i = 0; i < tables->count; i++) {
		if (i % NAMES_PER_MARKER == 0 &&
		    read_u32(tables->markers + 4 * (size_t)(i / NAMES_PER_MARKER)) !=
			    (size_t)(name - tables->names))
			return false;

		size_t length = name_length(&name, tables->markers);
		size_t text = 0;

		if (!length)
			return false;
		for (size_t k = 0; k < length; k++)
			text += tables->token_length[name[k]];
		if (text < 2 || text > NAME_MAX_LENGTH)
			return false;
		tables->text_size += text + 1;
		name += length;
	}
	tables->names_size = name - tables->names;
	return align_up(tables->names_size, tables->unit) ==
	       (size_t)(tables->markers - tables->names);
}

/*
 * Whether markers for that many symbols are here: from 0, increasing by at least two bytes a name.
 */
static bool looks_like_markers(const uint8_t *markers, uint32_t count, size_t names_room)
{
	size_t n = (count + NAMES_PER_MARKER - 1) / NAMES_PER_MARKER;

	if (read_u32(markers) != 0 || read_u32(markers + 4 * (n - 1)) >= names_room)
		return false;
	for (size_t i = 1; i < n; i++)
		if (read_u32(markers + 4 * i) <
		    (uint64_t)read_u32(markers + 4 * (i - 1)) + 2 * NAMES_PER_MARKER)
			return false;
	return true;
}

/*
 * Whether num_syms is at `at`: then the markers can be at only one place,
 * counted back from the token table, with or without seqs_of_names between.
 */
static bool names_begin_at(struct tables *tables, const uint8_t *at, int *tries)
{
	/* A u32, in tables that are aligned to 8 bytes with four of zero. */
	uint64_t count = tables->unit == 8 ? read_u64(at) : read_u32(at);

	if (count < FEWEST_SYMBOLS || count > MOST_SYMBOLS)
		return false;

	size_t room = tables->token_table - (at + tables->unit);
	size_t markers_size = align_up(
		4 * (size_t)((count + NAMES_PER_MARKER - 1) / NAMES_PER_MARKER), tables->unit);
	size_t behind[] = {align_up(3 * count, tables->unit), 0}; /* size of seqs_of_names */

	tables->count = count;
	tables->names = at + tables->unit;
	for (size_t i = 0; i < ARRAY_SIZE(behind); i++) {
		size_t tail = markers_size + behind[i];

		if (tail >= room)
			continue;
		tables->markers = tables->token_table - tail;
		if (!looks_like_markers(tables->markers, count, room - tail))
			continue;
		if (!(*tries)--)
			return false;
		if (names_agree(tables))
			return true;
	}
	return false;
}

static bool find_names(struct tables *tables)
{
	int tries = FULL_TRIES;

	for (const uint8_t *at = tables->token_table - 8; at >= tables->begin + 8 && tries > 0;
	     at -= tables->unit)
		if (names_begin_at(tables, at, &tries))
			return true;
	return false;
}

/* Addresses ------------------------------------------------------------------ */

/*
 * kallsyms_sym_address() of kernel/kallsyms.c, Linux 6.1: with
 * CONFIG_KALLSYMS_ABSOLUTE_PERCPU, offsets from 0 up are absolute (per-cpu
 * variables) and those below count down from the base; without it, all are
 * unsigned and count up from the base.
 */
static uint64_t symbol_address(const struct tables *tables, uint32_t i, bool absolute_percpu)
{
	if (tables->offsets_at)
		return tables->offsets_at + 4 * (uint64_t)i +
		       (uint64_t)(int64_t)(int32_t)read_u32(tables->offsets + 4 * (size_t)i);
	if (!tables->relative_base)
		return read_u64(tables->offsets + 8 * (size_t)i);

	uint64_t base = read_u64(tables->relative_base);
	int32_t offset = read_u32(tables->offsets + 4 * (size_t)i);

	if (!absolute_percpu)
		return base + (uint32_t)offset;
	return offset >= 0 ? (uint64_t)offset : base - 1 - offset;
}

/* A kernel's text is below 2 GB, so that an offset below zero can only mean one thing. */
static bool is_absolute_percpu(const struct tables *tables)
{
	if (!tables->relative_base)
		return false;
	for (uint32_t i = 0; i < tables->count; i++)
		if ((int32_t)read_u32(tables->offsets + 4 * (size_t)i) < 0)
			return true;
	return false;
}

/* Addresses never decrease, and the last is in the upper half, where the kernel is. */
static bool addresses_agree(const struct tables *tables)
{
	bool absolute_percpu = is_absolute_percpu(tables);
	uint64_t before = 0;

	if (tables->relative_base && !(read_u64(tables->relative_base) >> 63))
		return false;
	for (uint32_t i = 0; i < tables->count; i++) {
		uint64_t address = symbol_address(tables, i, absolute_percpu);

		if (address < before)
			return false;
		before = address;
	}
	return before >> 63;
}

/* The addresses are before num_syms or after the token index, in one of three forms. */
static bool find_addresses(struct tables *tables)
{
	const uint8_t *num_syms = tables->names - tables->unit;
	const uint8_t *behind = tables->token_index + TOKEN_INDEX_SIZE;
	size_t offsets_size = align_up(4 * (size_t)tables->count, tables->unit);
	size_t addresses_size = 8 * (size_t)tables->count;
	size_t room_before = num_syms - tables->begin;
	size_t room_behind = tables->end - behind;
	const struct {
		bool fits;
		const uint8_t *offsets;
		const uint8_t *relative_base;
		uint64_t offsets_at;
	} places[] = {
		{room_before >= offsets_size + 8, num_syms - 8 - offsets_size, num_syms - 8, 0},
		{room_behind >= offsets_size + 8, behind, behind + offsets_size, 0},
		{room_before >= addresses_size, num_syms - addresses_size, NULL, 0},
		{room_behind >= addresses_size, behind, NULL, 0},
		{room_behind >= offsets_size, behind, NULL,
		 tables->address + (uint64_t)(behind - tables->begin)},
	};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (!places[i].fits)
			continue;
		tables->offsets = places[i].offsets;
		tables->relative_base = places[i].relative_base;
		tables->offsets_at = places[i].offsets_at;
		if (addresses_agree(tables))
			return true;
	}
	return false;
}

/* Result --------------------------------------------------------------------- */

static bool find_tables(struct tables *tables, size_t unit)
{
	tables->unit = unit;
	for (const uint8_t *at = tables->begin; (size_t)(tables->end - at) >= TOKEN_INDEX_SIZE;
	     at += unit)
		if (looks_like_token_index(at) && find_token_table(tables, at) &&
		    find_names(tables) && find_addresses(tables))
			return true;
	return false;
}

/* Writes the expanded name, its type in front, and a zero after it; returns the end. */
static char *expand(const struct tables *tables, const uint8_t *name, size_t length, char *out)
{
	for (size_t i = 0; i < length; i++) {
		memcpy(out, token_text(tables, name[i]), tables->token_length[name[i]]);
		out += tables->token_length[name[i]];
	}
	*out++ = '\0';
	return out;
}

static struct lp_error *fill_table(const struct tables *tables, struct symbol_table *table)
{
	struct symbol_table new = {
		.symbols = calloc(tables->count, sizeof(*new.symbols)),
		.names = malloc(tables->text_size),
		.count = tables->count,
	};
	bool absolute_percpu = is_absolute_percpu(tables);
	const uint8_t *name = tables->names;
	char *text = new.names;

	if (!new.symbols || !new.names) {
		symbol_table_clear(&new);
		return lp_error_no_memory();
	}
	for (uint32_t i = 0; i < new.count; i++) {
		size_t length = name_length(&name, tables->markers);

		new.symbols[i].address = symbol_address(tables, i, absolute_percpu);
		new.symbols[i].type = *token_text(tables, name[0]);
		new.symbols[i].name = text + 1;
		text = expand(tables, name, length, text);
		name += length;
	}

	struct lp_error *error = symbol_table_finish(&new);

	if (error) {
		symbol_table_clear(&new);
		return error;
	}
	*table = new;
	return NULL;
}

struct lp_error *kallsyms_decode(const uint8_t *data, size_t size, uint64_t address,
				 struct symbol_table *table, bool *found)
{
	struct tables tables = {.begin = data, .end = data + size, .address = address};

	*found = size >= TOKEN_INDEX_SIZE && (find_tables(&tables, 8) || find_tables(&tables, 4));
	return *found ? fill_table(&tables, table) : NULL;
}
