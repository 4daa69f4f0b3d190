#include "report/svg.h"

#include <math.h>
#include <stdlib.h>

#include <eesim/date.h>
#include <eesim/report.h>

static bool is_control(const char *at) {
    const unsigned char *p = (const unsigned char *)at;
    return (*p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7F || (*p == 0xC2 && p[1] >= 0x80 && p[1] < 0xA0);
}

void ees_html_put_text(FILE *out, const char *text) {
    for (const char *p = text; *p; p++) {
        switch (*p) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default: /* XML knows no other control character, not even as a number; those of Latin-1 follow 0xC2 */
            fputc(is_control(p) ? '?' : *p, out);
            p += (unsigned char)*p == 0xC2 && is_control(p);
        }
    }
}

void eesi_svg_begin(FILE *out, const char *title, const char *caption, const char *description) {
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
            "font-family=\"sans-serif\" font-size=\"13\" fill=\"" EESI_INK "\">\n<title>",
            EESI_SVG_WIDTH, EESI_SVG_HEIGHT, EESI_SVG_WIDTH, EESI_SVG_HEIGHT);
    ees_html_put_text(out, title);
    fputs("</title>\n<desc>", out);
    ees_html_put_text(out, description);
    fprintf(out, "</desc>\n<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n", EESI_SVG_WIDTH, EESI_SVG_HEIGHT);
    fprintf(out, "<text x=\"%d\" y=\"24\" text-anchor=\"middle\" font-size=\"16\" font-weight=\"bold\">",
            EESI_SVG_WIDTH / 2);
    ees_html_put_text(out, title);
    fprintf(out, "</text>\n<text x=\"%d\" y=\"44\" text-anchor=\"middle\" font-size=\"12\">", EESI_SVG_WIDTH / 2);
    ees_html_put_text(out, caption);
    fputs("</text>\n", out);
}

void eesi_svg_end(FILE *out) {
    fputs("</svg>\n", out);
}

double eesi_nice_step(double range, int most) {
    double step = pow(10.0, floor(log10(range / most)));
    static const double factors[] = {1.0, 2.0, 5.0};
    for (int i = 0; i < 3; i++)
        if (range / (step * factors[i]) <= most)
            return step * factors[i];
    return step * 10.0;
}

eesi_plot eesi_plot_make(FILE *out, double left, double right, double top, double bottom) {
    return (eesi_plot){.out = out, .x = {.start = left, .end = right}, .y = {.start = bottom, .end = top}};
}

void eesi_plot_range(eesi_plot *plot, double x_low, double x_high, double y_low, double y_high) {
    plot->x.low = x_low;
    plot->x.high = x_high > x_low ? x_high : x_low + 1.0;
    plot->y.low = y_low;
    plot->y.high = y_high > y_low ? y_high : y_low + 1.0;
}

static double place(const eesi_axis *axis, double value) {
    return axis->start + (value - axis->low) / (axis->high - axis->low) * (axis->end - axis->start);
}

double eesi_plot_x(const eesi_plot *plot, double x) {
    return place(&plot->x, x);
}

double eesi_plot_y(const eesi_plot *plot, double y) {
    return place(&plot->y, y);
}

static void put_line(FILE *out, double x0, double y0, double x1, double y1, const char *colour, double width) {
    fprintf(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>\n", x0,
            y0, x1, y1, colour, width);
}

static void put_label(FILE *out, double x, double y, const char *anchor, const char *text) {
    fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
    ees_html_put_text(out, text);
    fputs("</text>\n", out);
}

/* "12,000" or "0.25": as few characters as the step needs. */
static void number_label(double value, double step, bool percent, char *text, size_t size) {
    long whole = lround(value);
    if (percent)
        snprintf(text, size, "%.*f %%", step < 0.0099 ? (int)ceil(-log10(100.0 * step) - 1e-9) : 0, 100.0 * value);
    else if (step < 1.0)
        snprintf(text, size, "%.2g", value);
    else if (labs(whole) >= 10000)
        ees_count_text(whole, text, size);
    else
        snprintf(text, size, "%ld", whole);
}

/* Ticks stand at whole multiples of the step. */
static long first_tick(const eesi_axis *axis, double step) {
    return (long)ceil(axis->low / step - 1e-9);
}

static void y_ticks(const eesi_plot *plot, bool percent) {
    double step = eesi_nice_step(plot->y.high - plot->y.low, 6);
    char text[32];
    for (long i = first_tick(&plot->y, step); (double)i * step <= plot->y.high + 1e-9 * step; i++) {
        double v = (double)i * step, y = eesi_plot_y(plot, v);
        put_line(plot->out, plot->x.start, y, plot->x.end, y, EESI_GRID, 1.0);
        number_label(v, step, percent, text, sizeof text);
        put_label(plot->out, plot->x.start - 8.0, y + 4.0, "end", text);
    }
}

enum { PIXELS_A_TICK = 60 };

static void number_ticks(const eesi_plot *plot, bool percent) {
    double step = eesi_nice_step(plot->x.high - plot->x.low, (int)((plot->x.end - plot->x.start) / PIXELS_A_TICK));
    char text[32];
    for (long i = first_tick(&plot->x, step); (double)i * step <= plot->x.high + 1e-9 * step; i++) {
        double v = (double)i * step, x = eesi_plot_x(plot, v);
        put_line(plot->out, x, plot->y.start, x, plot->y.start + 5.0, EESI_INK, 1.0);
        number_label(v, step, percent, text, sizeof text);
        put_label(plot->out, x, plot->y.start + 20.0, "middle", text);
    }
}

/* The first days of months, as many as there is room for. */
static void date_ticks(const eesi_plot *plot) {
    int months = (int)((plot->x.high - plot->x.low) / 30.4);
    int every = months <= 8 ? 1 : months <= 16 ? 2 : months <= 26 ? 3 : months <= 52 ? 6 : months <= 110 ? 12 : 24;
    int year, month, day;
    ees_date_to_civil((ees_date)plot->x.low, &year, &month, &day);
    for (month = 1; year < 10000; month += every) {
        year += (month - 1) / 12;
        month = (month - 1) % 12 + 1;
        ees_date first = ees_date_from_civil(year, month, 1);
        if (first > plot->x.high)
            return;
        if (first < plot->x.low)
            continue;
        char text[16];
        snprintf(text, sizeof text, "%04d-%02d", year, month);
        double x = eesi_plot_x(plot, first);
        put_line(plot->out, x, plot->y.start, x, plot->y.start + 5.0, EESI_INK, 1.0);
        put_label(plot->out, x, plot->y.start + 20.0, "middle", text);
    }
}

void eesi_plot_axes(const eesi_plot *plot, const char *x_label, const char *y_label, bool dates, bool percent) {
    y_ticks(plot, percent);
    if (dates)
        date_ticks(plot);
    else
        number_ticks(plot, plot->x.high <= 1.0);
    put_line(plot->out, plot->x.start, plot->y.start, plot->x.end, plot->y.start, EESI_INK, 1.0);
    put_line(plot->out, plot->x.start, plot->y.start, plot->x.start, plot->y.end, EESI_INK, 1.0);
    put_label(plot->out, (plot->x.start + plot->x.end) / 2.0, plot->y.start + 42.0, "middle", x_label);
    fprintf(plot->out, "<text transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\">",
            plot->x.start - 64.0, (plot->y.start + plot->y.end) / 2.0);
    ees_html_put_text(plot->out, y_label);
    fputs("</text>\n", plot->out);
}

void eesi_plot_bar(const eesi_plot *plot, double x, double width, double from, double to, const char *colour) {
    double left = eesi_plot_x(plot, x - width / 2.0), right = eesi_plot_x(plot, x + width / 2.0);
    double top = eesi_plot_y(plot, to), bottom = eesi_plot_y(plot, from);
    fprintf(plot->out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", left, top,
            right - left, bottom - top, colour);
}

void eesi_plot_line(const eesi_plot *plot, double x0, double y0, double x1, double y1, const char *colour, double width,
                    bool dashed) {
    fprintf(plot->out,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"%s/>\n",
            eesi_plot_x(plot, x0), eesi_plot_y(plot, y0), eesi_plot_x(plot, x1), eesi_plot_y(plot, y1), colour, width,
            dashed ? " stroke-dasharray=\"6 4\"" : "");
}

void eesi_plot_dot(const eesi_plot *plot, double x, double y, double radius, const char *colour) {
    fprintf(plot->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"/>\n", eesi_plot_x(plot, x),
            eesi_plot_y(plot, y), radius, colour);
}

void eesi_plot_note(const eesi_plot *plot, double x, double y, const char *anchor, const char *text) {
    put_label(plot->out, eesi_plot_x(plot, x), eesi_plot_y(plot, y), anchor, text);
}
