/* A plot in SVG: axes with readable ticks, and marks in the units of the data. */
#ifndef EESI_SVG_H
#define EESI_SVG_H

#include <stdbool.h>
#include <stdio.h>

/* Colours differ in lightness too, so that a grey print shows them apart. */
#define EESI_INK "#222222"
#define EESI_PALE "#cfd8dc"
#define EESI_GRID "#e6e6e6"
#define EESI_MAIN "#1f5fa8"
#define EESI_LIGHT "#9dc3e6"
#define EESI_LIGHTER "#d4e5f5"
#define EESI_MARK "#b2401c"

enum { EESI_SVG_WIDTH = 720, EESI_SVG_HEIGHT = 380 };

typedef struct eesi_axis {
    double low, high;  /* of the data; high > low */
    double start, end; /* in pixels */
    const char *label;
} eesi_axis;

/* A plotting area within the picture. */
typedef struct eesi_plot {
    FILE *out;
    eesi_axis x, y;
} eesi_plot;

/* The first and the last lines of the picture. The caption stands below the title. Screen readers read the description
 * aloud. */
void eesi_svg_begin(FILE *out, const char *title, const char *caption, const char *description);
void eesi_svg_end(FILE *out);

/* A plotting area with these edges, in pixels. eesi_plot_range() gives it the ranges of the data, which must not be
 * empty. */
eesi_plot eesi_plot_make(FILE *out, double left, double right, double top, double bottom);
void eesi_plot_range(eesi_plot *plot, double x_low, double x_high, double y_low, double y_high);
/* Draw the axes with their ticks and labels. `dates`: x is a day. `percent`: y is a probability. */
void eesi_plot_axes(const eesi_plot *plot, const char *x_label, const char *y_label, bool dates, bool percent);

double eesi_plot_x(const eesi_plot *plot, double x);
double eesi_plot_y(const eesi_plot *plot, double y);
void eesi_plot_bar(const eesi_plot *plot, double x, double width, double from, double to, const char *colour);
void eesi_plot_line(const eesi_plot *plot, double x0, double y0, double x1, double y1, const char *colour, double width,
                    bool dashed);
void eesi_plot_dot(const eesi_plot *plot, double x, double y, double radius, const char *colour);
void eesi_plot_note(const eesi_plot *plot, double x, double y, const char *anchor, const char *text);

/* A step of 1, 2 or 5 times a power of ten that cuts the range in at most `most` parts. */
double eesi_nice_step(double range, int most);

#endif
