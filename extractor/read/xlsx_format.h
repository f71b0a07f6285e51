/* Values as a spreadsheet shows them: number formats.
 *
 *   value, format                          shown
 *   0.9    0%                              90%
 *   45356  yyyy"年"m"月"d"日"               2024年3月5日
 *   -3     #,##0.00;(#,##0.00)             (3.00)
 *
 * Values are read from their decimal text and never go through a double, so
 * what is shown does not depend on the machine or its locale. */
#ifndef PIFU_READ_XLSX_FORMAT_H
#define PIFU_READ_XLSX_FORMAT_H

#include "base/str.h"

enum { XLSX_DIGITS = 15 }; /* significant digits that Excel keeps */

/* 0.d0 d1 … d(n-1) times ten to the power of `point`; zero has n 0. */
struct xlsx_decimal {
	bool negative;
	int n, point;
	char digit[XLSX_DIGITS + 2];
};

/** Read decimal text ("0.9", "-1.5E-3") rounded to 15 digits; false where it is no number. */
bool pifu_xlsx_decimal(struct str text, struct xlsx_decimal *d);
/** Round half away from zero to `places` digits behind the point. */
void pifu_xlsx_round(struct xlsx_decimal *d, int places);
/** The digit at the place of ten to the power of `power`. */
char pifu_xlsx_digit(const struct xlsx_decimal *d, int power);

/** Days since 1899-12-30 of an ISO date and time ("2024-03-05T13:30:00.000"), with the time as
 *  their fraction; false where it is none. */
bool pifu_xlsx_iso_days(struct str iso, struct xlsx_decimal *days);

/** The format of a built-in id; "General" for unknown ones. */
struct str pifu_xlsx_builtin(uint32_t id);

/** Show a number by a format; `epoch1904` for workbooks that count days from 1904. */
void pifu_xlsx_show_number(struct buf *out, struct str format, const struct xlsx_decimal *d,
                           bool epoch1904);
/** Show a text by a format: its text section, if it has one. */
void pifu_xlsx_show_text(struct buf *out, struct str format, struct str text);

/* Between the files of the formats. */

/* What stands at one place of a format section. */
enum xlsx_mark {
	XLSX_END,
	XLSX_LITERAL, /* text to show, in `text` */
	XLSX_BRACKET, /* [Red], [$-804], [>=100], [h]: its content in `text` */
	XLSX_WORD,    /* a run of one letter, or AM/PM and its like */
	XLSX_CHAR     /* one character with a meaning: 0 # ? . , % / @ E */
};
struct xlsx_token {
	enum xlsx_mark mark;
	struct str text;
};
/** The token at *at, which moves behind it. */
struct xlsx_token pifu_xlsx_token(struct str section, uint32_t *at);
/** Does the section show dates or times? */
bool pifu_xlsx_is_date(struct str section);
/** Show days and parts of days; false where they are no date (negative, too large). */
bool pifu_xlsx_show_date(struct buf *out, struct str section, const struct xlsx_decimal *d,
                         bool epoch1904);
/** Show a number by one section of digits; `minus` where a sign is due. */
void pifu_xlsx_show_digits(struct buf *out, struct str section, struct xlsx_decimal d, bool minus);
/** Show a number without a format: 15 digits, no blanks, E+ where it is very large or small. */
void pifu_xlsx_show_general(struct buf *out, const struct xlsx_decimal *d);

#endif
