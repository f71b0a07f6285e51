/* What the library says of itself: its version, those of the libraries it runs
 * with (not those it was built with), and the default options. */
#include "pifu.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <openssl/crypto.h>
#include <pcre2.h>
#include <stdio.h>
#include <string.h>
#include <unicode/uversion.h>
#include <yaml.h>

const char *pifu_version(void)
{
	return PIFU_VERSION;
}

/* PCRE2 says "10.42 2022-12-11": the number is enough. */
static void read_pcre2(char out[64])
{
	if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) > 64 ||
	    pcre2_config(PCRE2_CONFIG_VERSION, out) < 0)
		memcpy(out, "?", 2);
	out[strcspn(out, " ")] = '\0';
}

static void read_icu(char out[U_MAX_VERSION_STRING_LENGTH])
{
	UVersionInfo version;

	u_getVersion(version);
	u_versionToString(version, out);
}

size_t pifu_version_libraries(char *out, size_t size)
{
	char icu[U_MAX_VERSION_STRING_LENGTH];
	char pcre2[64];

	read_icu(icu);
	read_pcre2(pcre2);
	int n = snprintf(out, size, "ICU %s, PCRE2 %s, libyaml %s, OpenSSL %s", icu, pcre2,
	                 yaml_get_version_string(), OpenSSL_version(OPENSSL_VERSION_STRING));
	return n < 0 ? 0 : (size_t)n;
}

pifu_options pifu_options_default(void)
{
	return (pifu_options){0};
}
