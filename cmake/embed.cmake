# The JSON Schemas as constants of the library: pifu_schema() gives them out.

set(PIFU_SCHEMAS
	record schemas/record.schema.json
	document schemas/document.schema.json
	closing schemas/closing.schema.json
	grammar grammars/grammar.schema.json)

# One NUL-terminated array; bytes, because C limits the length of literals.
function(embed_schema source name file)
	file(READ ${file} bytes HEX)
	string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
	string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
	file(APPEND ${source} "extern const unsigned char pifu_schema_${name}[];\n"
		"const unsigned char pifu_schema_${name}[] = {\n${bytes}0};\n")
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
endfunction()

# Written anew only when it differs, so that nothing is compiled in vain.
function(embed_schemas target)
	set(made ${PROJECT_BINARY_DIR}/schemas.c)
	file(WRITE ${made}.new "/* Made by cmake/embed.cmake. */\n")
	set(rest ${PIFU_SCHEMAS})
	while(rest)
		list(POP_FRONT rest name file)
		embed_schema(${made}.new ${name} ${PROJECT_SOURCE_DIR}/${file})
	endwhile()
	configure_file(${made}.new ${made} COPYONLY)
	target_sources(${target} PRIVATE ${made})
endfunction()
