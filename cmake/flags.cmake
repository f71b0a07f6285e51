# How everything is compiled: the target pifu_flags carries it.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")

if(NOT CMAKE_BUILD_TYPE)
	set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug or Release" FORCE)
endif()

add_library(pifu_flags INTERFACE)
target_compile_definitions(pifu_flags INTERFACE _DEFAULT_SOURCE)
target_compile_options(pifu_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wvla)

if(PIFU_WERROR)
	target_compile_options(pifu_flags INTERFACE -Werror)
endif()
if(PIFU_ARENA_MALLOC)
	target_compile_definitions(pifu_flags INTERFACE PIFU_ARENA_MALLOC)
endif()

# Flags that whoever links against the libraries of this build needs as well.
set(PIFU_RUNTIME_FLAGS "")
if(PIFU_SANITIZE)
	list(APPEND PIFU_RUNTIME_FLAGS -fsanitize=${PIFU_SANITIZE})
	target_compile_options(pifu_flags INTERFACE
		-fno-sanitize-recover=all -fno-omit-frame-pointer)
endif()
if(PIFU_FUZZ)
	target_compile_options(pifu_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(PIFU_COVERAGE)
	list(APPEND PIFU_RUNTIME_FLAGS --coverage)
endif()
target_compile_options(pifu_flags INTERFACE ${PIFU_RUNTIME_FLAGS})
target_link_options(pifu_flags INTERFACE ${PIFU_RUNTIME_FLAGS})

# Fat objects: the installed static library serves linkers without LTO too.
if(PIFU_LTO AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
	target_compile_options(pifu_flags INTERFACE -flto=auto -ffat-lto-objects)
	target_link_options(pifu_flags INTERFACE -flto=auto -O2)
endif()
