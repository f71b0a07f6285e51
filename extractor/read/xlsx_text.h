/* Texts of cells as Excel stores them. */
#ifndef PIFU_READ_XLSX_TEXT_H
#define PIFU_READ_XLSX_TEXT_H

#include "base/str.h"

/** Turn _x000D_ and its like into characters and \r\n into \n, in place. */
void pifu_xlsx_unescape(struct buf *text);
/** "C7" to row 6, column 2; false where it is no place on a sheet. */
bool pifu_xlsx_place(struct str ref, uint32_t *row, uint32_t *col);
/** Write "Sheet1!C7", the name quoted where Excel would. */
void pifu_xlsx_path(struct buf *out, struct str sheet, uint32_t row, uint32_t col);

#endif
