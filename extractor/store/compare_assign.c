/* Assignment of rows to columns with the greatest sum of gains (compare.h).
 *
 * The problem is made square, so that everybody is always assigned: each row has a column
 * of its own that stands for "alone", each column a row of its own, both for nothing.
 *
 *               c0    c1    c2   alone r0  alone r1
 *     r0       -0.9  -0.3    ·      0         ·            cost = -gain
 *     r1       -0.8    ·     ·      ·         0            · = not allowed
 *     alone c0   0     ·     ·      0         0
 *     alone c1   ·     0     ·      0         0
 *     alone c2   ·     ·     0      0         0
 *
 * Rows are assigned one after another along the shortest augmenting path; potentials of
 * rows and columns keep every reduced cost at or above zero, those of chosen pairs at
 * zero (Dijkstra without a heap: the matrix is dense).
 *
 * The margin of a pair: forbid it and look for the shortest way by which its row and its
 * column come to others. The potentials still hold, so that this is one more search from
 * the row to the column, and its length is what the best world without the pair costs
 * more. */
#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct solver {
	const struct compare_costs *costs;
	uint32_t n;           /* rows and columns of the square */
	uint32_t *row_of;     /* [n] of a column, COMPARE_NONE: free */
	uint32_t *before;     /* [n] the column that the shortest path came from */
	double *row_price;    /* [n] potentials */
	double *price;        /* [n] */
	double *distance;     /* [n] of a column from the row that is being assigned */
	bool *done;           /* [n] its distance is final */
	uint32_t row, column; /* the forbidden pair */
};

static double cost_of(const struct solver *s, uint32_t row, uint32_t column)
{
	uint32_t rows = s->costs->rows, columns = s->costs->columns;

	if (row >= rows)
		return column >= columns || row - rows == column ? 0 : INFINITY;
	if (column >= columns)
		return column - columns == row ? 0 : INFINITY;
	if (row == s->row && column == s->column)
		return INFINITY;
	float gain = s->costs->gain[(size_t)row * columns + column];
	return gain > 0 ? -(double)gain : INFINITY;
}

/* Let paths go on through `row`, which was reached from column `from` at `length`. */
static void reach_on(struct solver *s, uint32_t row, uint32_t from, double length)
{
	for (uint32_t c = 0; c < s->n; c++) {
		double cost = s->done[c] ? INFINITY : cost_of(s, row, c);
		double there = length + cost - s->row_price[row] - s->price[c];

		if (cost < INFINITY && there < s->distance[c]) {
			s->distance[c] = there;
			s->before[c] = from;
		}
	}
}

static uint32_t nearest_column(const struct solver *s)
{
	uint32_t best = COMPARE_NONE;
	double least = INFINITY;

	for (uint32_t c = 0; c < s->n; c++) {
		if (!s->done[c] && s->distance[c] < least) {
			best = c;
			least = s->distance[c];
		}
	}
	return best;
}

/* The free column at the end of the shortest path from `row`, COMPARE_NONE: none. */
static uint32_t find_path(struct solver *s, uint32_t row)
{
	for (uint32_t c = 0; c < s->n; c++) {
		s->distance[c] = INFINITY;
		s->done[c] = false;
	}
	reach_on(s, row, COMPARE_NONE, 0);
	for (;;) {
		uint32_t c = nearest_column(s);

		if (c == COMPARE_NONE)
			return c;
		s->done[c] = true;
		if (s->row_of[c] == COMPARE_NONE)
			return c;
		reach_on(s, s->row_of[c], c, s->distance[c]);
	}
}

static void move_prices(struct solver *s, uint32_t row, double length)
{
	s->row_price[row] += length;
	for (uint32_t c = 0; c < s->n; c++) {
		if (!s->done[c] || s->row_of[c] == COMPARE_NONE)
			continue;
		s->price[c] -= length - s->distance[c];
		s->row_price[s->row_of[c]] += length - s->distance[c];
	}
}

static void flip_path(struct solver *s, uint32_t row, uint32_t end)
{
	for (uint32_t c = end; c != COMPARE_NONE; c = s->before[c])
		s->row_of[c] = s->before[c] == COMPARE_NONE ? row : s->row_of[s->before[c]];
}

static void assign_row(struct solver *s, uint32_t row)
{
	uint32_t end = find_path(s, row);

	if (end == COMPARE_NONE) /* cannot be: everybody may stay alone */
		return;
	move_prices(s, row, s->distance[end]);
	flip_path(s, row, end);
}

static double find_margin(struct solver *s, uint32_t row, uint32_t column)
{
	s->row = row;
	s->column = column;
	s->row_of[column] = COMPARE_NONE;
	uint32_t end = find_path(s, row);
	s->row_of[column] = row;
	s->row = s->column = COMPARE_NONE;
	if (end == COMPARE_NONE || s->distance[end] > 1)
		return 1;
	return s->distance[end] > 0 ? s->distance[end] : 0;
}

static void read_result(struct solver *s, uint32_t *column, double *margin)
{
	for (uint32_t r = 0; r < s->costs->rows; r++) {
		column[r] = COMPARE_NONE;
		margin[r] = 0;
	}
	for (uint32_t c = 0; c < s->costs->columns; c++)
		if (s->row_of[c] < s->costs->rows)
			column[s->row_of[c]] = c;
	for (uint32_t r = 0; r < s->costs->rows; r++)
		if (column[r] != COMPARE_NONE)
			margin[r] = find_margin(s, r, column[r]);
}

static void free_solver(struct solver *s)
{
	free(s->row_of);
	free(s->before);
	free(s->row_price);
	free(s->price);
	free(s->distance);
	free(s->done);
}

static bool init_solver(struct solver *s, const struct compare_costs *costs)
{
	size_t n = (size_t)costs->columns + costs->rows;

	*s = (struct solver){.costs = costs,
	                     .n = (uint32_t)n,
	                     .row = COMPARE_NONE,
	                     .column = COMPARE_NONE,
	                     .row_of = calloc(n + 1, sizeof *s->row_of),
	                     .before = calloc(n + 1, sizeof *s->before),
	                     .row_price = calloc(n + 1, sizeof *s->row_price),
	                     .price = calloc(n + 1, sizeof *s->price),
	                     .distance = calloc(n + 1, sizeof *s->distance),
	                     .done = calloc(n + 1, sizeof *s->done)};
	return s->row_of && s->before && s->row_price && s->price && s->distance && s->done;
}

/* Potentials with which no reduced cost is below zero. */
static void set_prices(struct solver *s)
{
	for (uint32_t r = 0; r < s->costs->rows; r++) {
		for (uint32_t c = 0; c < s->costs->columns; c++) {
			double cost = cost_of(s, r, c);

			if (cost < s->row_price[r])
				s->row_price[r] = cost;
		}
	}
}

bool compare_assign(const struct compare_costs *costs, uint32_t *column, double *margin)
{
	struct solver s;
	bool ok = init_solver(&s, costs);

	if (ok) {
		for (uint32_t c = 0; c < s.n; c++)
			s.row_of[c] = COMPARE_NONE;
		set_prices(&s);
		for (uint32_t r = 0; r < s.n; r++)
			assign_row(&s, r);
		read_result(&s, column, margin);
	}
	free_solver(&s);
	return ok;
}
