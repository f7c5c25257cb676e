/* Parts of the report's picture. Inside report_picture(). */
#ifndef TABLE_PICTURES_H
#define TABLE_PICTURES_H

#include "report.h"

#include "support/figure.h"

/* One column's distribution in two sets of rows, with its name above. */
void draw_column(const figure *sheet, box area, const columns *names, size_t index, const row_set *held_out,
                 const row_set *made, double distance);

/* One matrix of dependence, `area` without the names at its left; `names_width` 0 draws none. */
void draw_dependence(const figure *sheet, box area, const char *title, const columns *names, const size_t *shown,
                     size_t count, size_t stride, const double *dependence, double names_width);

/* As much of a text as is no wider, with dots at the end if that is not all. */
void draw_text_within(const figure *sheet, double x, double y, double width, text_style style, const char *text);

#endif
