/* Characters that stand for another one: look-alikes, radicals, symbol fonts. */
#ifndef PIFU_TEXT_SYMBOL_H
#define PIFU_TEXT_SYMBOL_H

#include <stdint.h>

/** What `c` stands for, itself where it stands for nothing else.
 *  One character for one; what NFKC does is not repeated here. */
uint32_t pifu_text_symbol(uint32_t c);

#endif
