/* What stands in pictures: escaped text, readable steps and labels. */
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim/report.h>

#include "report/svg.h"

typedef struct page {
    FILE *out;
    char *text;
    size_t length;
} page;

static void open_page(page *p) {
    p->out = open_memstream(&p->text, &p->length);
    assert_non_null(p->out);
}

static void close_page(page *p) {
    assert_int_equal(fclose(p->out), 0);
}

static void text_is_escaped(void **state) {
    (void)state;
    page p;
    open_page(&p);
    ees_html_put_text(p.out, "a < b & \"c\" > d \xc3\xa9");
    close_page(&p);
    assert_string_equal(p.text, "a &lt; b &amp; &quot;c&quot; &gt; d \xc3\xa9");
    free(p.text);
}

/* 1, 2 or 5 times a power of ten, the smallest with which no more than so many fit. */
static void steps_are_round_numbers(void **state) {
    (void)state;
    static const struct {
        double range;
        int most;
        double step;
    } cases[] = {{6, 6, 1}, {7, 6, 2}, {13, 6, 5}, {31, 6, 10}, {60, 6, 10}, {61, 6, 20}, {0.9, 6, 0.2}, {1e6, 5, 2e5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_close(eesi_nice_step(cases[i].range, cases[i].most), cases[i].step, 1e-9 * cases[i].step);
}

static char *axes(double y_low, double y_high, bool percent) {
    page p;
    open_page(&p);
    eesi_plot plot = eesi_plot_make(p.out, 80, 700, 40, 320);
    eesi_plot_range(&plot, 0, 10, y_low, y_high);
    eesi_plot_axes(&plot, "x <1>", "y", false, percent);
    close_page(&p);
    return p.text;
}

static void assert_labels(double y_low, double y_high, bool percent, const char *const *labels) {
    char *text = axes(y_low, y_high, percent), wanted[40];
    assert_non_null(strstr(text, ">x &lt;1&gt;</text>"));
    for (; *labels; labels++) {
        snprintf(wanted, sizeof wanted, ">%s</text>", *labels);
        if (!strstr(text, wanted))
            fail_msg("no label %s in %s", *labels, text);
    }
    free(text);
}

static void labels_are_short(void **state) {
    (void)state;
    assert_labels(0, 0.9, false, (const char *const[]){"0.2", "0.4", "0.8", NULL});
    assert_labels(0, 1, true, (const char *const[]){"0 %", "20 %", "100 %", NULL});
    assert_labels(0, 0.018, true, (const char *const[]){"0.0 %", "0.5 %", "1.0 %", "1.5 %", NULL}); /* not 0, 0, 1, 2 */
    assert_labels(0, 0.0018, true, (const char *const[]){"0.05 %", "0.10 %", NULL});
    assert_labels(0, 30000, false, (const char *const[]){"5000", "10,000", "25,000", NULL});
    assert_labels(-30000, 2e6, false, (const char *const[]){"0", "500,000", "1,500,000", NULL});
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(text_is_escaped), cmocka_unit_test(steps_are_round_numbers),
                                       cmocka_unit_test(labels_are_short)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
