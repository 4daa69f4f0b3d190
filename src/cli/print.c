/* A table in the format that was asked for. */
#include "cli.h"

int cli_show_table(cli *app, const ees_table *table, ees_error *err) {
    ees_table_style style = {.width = cli_width(app), .colour = cli_colored(app)};
    return cli_given(app)->format == CLI_FORMAT_CSV ? ees_table_write_csv(table, cli_out(app), err)
                                                    : ees_table_write_text(table, cli_out(app), &style, err);
}

int cli_print_table(cli *app, const char *schema, const char *key, const ees_table *table, ees_error *err) {
    FILE *out = cli_out(app);
    if (cli_given(app)->format != CLI_FORMAT_JSON)
        return cli_show_table(app, table, err);
    fprintf(out, "{\"schema\":\"%s\",\"%s\":", schema, key);
    int rc = ees_table_write_json(table, out, err);
    fprintf(out, ",\"version\":\"%s\"}\n", ees_version());
    return rc;
}

void cli_put_json_date(FILE *out, ees_date date) {
    char text[EES_DATE_TEXT_MAX];
    if (date == EES_DATE_NONE)
        fputs("null", out);
    else
        ees_json_put_string(out, ees_date_format(date, text));
}
