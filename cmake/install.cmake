# What `cmake --install` puts where.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/pifu)
set(data_dir ${CMAKE_INSTALL_DATADIR}/pifu)

# Shared and static apart: who links the shared library needs none of the
# libraries behind it, so their development files are asked for only by
# find_package(pifu COMPONENTS static).
install(TARGETS pifu_shared EXPORT pifu-targets)
install(TARGETS pifu_static EXPORT pifu-static-targets)
install(EXPORT pifu-targets NAMESPACE pifu:: DESTINATION ${package_dir})
install(EXPORT pifu-static-targets NAMESPACE pifu:: DESTINATION ${package_dir})
if(TARGET pifu)
	install(TARGETS pifu)
endif()

configure_package_config_file(cmake/pifu-config.cmake.in pifu-config.cmake
	INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(pifu-config-version.cmake
	VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES
	${PROJECT_BINARY_DIR}/pifu-config.cmake
	${PROJECT_BINARY_DIR}/pifu-config-version.cmake
	DESTINATION ${package_dir})

# The prefix is told from where the file lies: `cmake --install --prefix` chooses it late.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
	set(pc_prefix ${CMAKE_INSTALL_PREFIX})
else()
	file(RELATIVE_PATH pc_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
	string(PREPEND pc_prefix "\${pcfiledir}/")
	string(REGEX REPLACE "/$" "" pc_prefix "${pc_prefix}")
endif()
configure_file(pifu.pc.in pifu.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/pifu.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
	FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
install(DIRECTORY grammars/ DESTINATION ${data_dir}/grammars
	FILES_MATCHING PATTERN "*.yaml" PATTERN "*.json")
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

if(EXISTS ${PROJECT_SOURCE_DIR}/man)
	install(DIRECTORY man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
		FILES_MATCHING PATTERN "*.1")
	install(DIRECTORY man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man7
		FILES_MATCHING PATTERN "*.7")
endif()
if(EXISTS ${PROJECT_SOURCE_DIR}/completions/pifu.bash)
	install(FILES completions/pifu.bash RENAME pifu
		DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endif()
