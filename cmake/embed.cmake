# The JSON Schemas as constants of the library: pifu_schema() gives them out.

set(PIFU_SCHEMAS
	record schemas/record.schema.json
	document schemas/document.schema.json
	closing schemas/closing.schema.json
	diff schemas/diff.schema.json
	grammar grammars/grammar.schema.json)

# Files of the program: the tables of a store.
set(PIFU_SQL
	store extractor/store/schema.sql
	postgres extractor/store/schema.postgres.sql)

# One NUL-terminated array; bytes, because C limits the length of literals.
function(embed_file source name file)
	file(READ ${file} bytes HEX)
	string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
	string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
	file(APPEND ${source} "extern const unsigned char ${name}[];\n"
		"const unsigned char ${name}[] = {\n${bytes}0};\n")
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
endfunction()

# Written anew only when it differs, so that nothing is compiled in vain.
function(embed_files target prefix)
	set(made ${PROJECT_BINARY_DIR}/${prefix}.c)
	file(WRITE ${made}.new "/* Made by cmake/embed.cmake. */\n")
	set(rest ${ARGN})
	while(rest)
		list(POP_FRONT rest name file)
		embed_file(${made}.new ${prefix}_${name} ${PROJECT_SOURCE_DIR}/${file})
	endwhile()
	configure_file(${made}.new ${made} COPYONLY)
	target_sources(${target} PRIVATE ${made})
endfunction()
