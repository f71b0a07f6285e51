/* What the aligner has worked out before in this document (memo.c). */
#ifndef PIFU_STAGE_MEMO_H
#define PIFU_STAGE_MEMO_H

#include "stage/align.h"

struct memo;

/** The document's memo, made when it is first asked for -> a->memo; steps that were learnt
 *  under other columns, weights or trust are forgotten.
 *  errors: PIFU_ERR_NOMEM
 *  owns:   the document's arena */
pifu_status pifu_memo_begin(struct aligner *a, pifu_error *err);
/** The number of a sense, the same for senses that cost the same; 0: too many to be told apart.
 *  errors: PIFU_ERR_NOMEM */
pifu_status pifu_memo_class(struct memo *m, const struct sense *sense, uint16_t *class,
                            pifu_error *err);
/** Lay the layer of word a->tokens[i] as it was laid before; false: it is not known. */
bool pifu_memo_replay(struct aligner *a, size_t i);
/** The layer just laid belongs to the word that pifu_memo_replay did not know.
 *  errors: PIFU_ERR_NOMEM */
pifu_status pifu_memo_learn(struct aligner *a, pifu_error *err);

#endif
