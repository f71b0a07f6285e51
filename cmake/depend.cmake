# The libraries pifu stands on, found by pkg-config.

find_package(PkgConfig REQUIRED)

set(PIFU_PKG_MODULES icu-uc icu-i18n libpcre2-8 yaml-0.1 libcrypto libxml-2.0 libzip zlib yajl)
list(JOIN PIFU_PKG_MODULES " " PIFU_PKG_REQUIRES)
pkg_check_modules(PIFU_DEPS REQUIRED IMPORTED_TARGET ${PIFU_PKG_MODULES})

# What only the program needs: archives and what it shares with the library; stores and
# their exports.
pkg_check_modules(PIFU_BATCH_DEPS REQUIRED IMPORTED_TARGET libarchive icu-uc libcrypto yajl zlib)
pkg_check_modules(PIFU_STORE_DEPS REQUIRED IMPORTED_TARGET sqlite3 xlsxwriter yajl icu-uc)

find_package(Threads REQUIRED)
set(PIFU_DEPENDENCIES PkgConfig::PIFU_DEPS Threads::Threads m)
