/* A table in the format that was asked for. */
#include "cli.h"

int cli_show_table(cli *app, const ees_table *table, ees_error *err) {
    ees_table_style style = {.width = cli_width(app), .colour = cli_colored(app)};
    return cli_given(app)->format == CLI_FORMAT_CSV ? ees_table_write_csv(table, cli_out(app), err)
                                                    : ees_table_write_text(table, cli_out(app), &style, err);
}
void cli_put_json_date(FILE *out, ees_date date) {
    char text[EES_DATE_TEXT_MAX];
    if (date == EES_DATE_NONE)
        fputs("null", out);
    else
        ees_json_put_string(out, ees_date_format(date, text));
}
