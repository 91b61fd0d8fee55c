# The test targets; included by the top Makefile.

SAN := $(B)/san
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1
LIBRARY_OBJECTS := $(patsubst %.c,$(SAN)/%.o,$(COMMON) $(DIFFOBJ) $(CREATE) $(APPLY))

.PHONY: check-unit
check-unit: $(UNIT_TESTS:tests/unit/%.c=$(B)/tests/%)

$(SAN)/%.o: %.c Makefile tests/tests.mk
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(SANFLAGS) -MMD -MP -c -o $@ $<

$(SAN)/libparts.a: $(LIBRARY_OBJECTS)
	rm -f $@
	ar rcs $@ $^

$(B)/tests/%: $(SAN)/tests/unit/%.o $(SAN)/libparts.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(SANFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

-include $(shell [ -d $(SAN) ] && find $(SAN) -name '*.d')
