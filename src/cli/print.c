/* A table in the format that was asked for. */
#include "cli.h"

int cli_print_table(cli *app, const char *schema, const char *key, const ees_table *table, ees_error *err) {
    FILE *out = cli_out(app);
    ees_table_style style = {.width = cli_width(app), .colour = cli_colored(app)};
    int rc;
    switch (cli_given(app)->format) {
    case CLI_FORMAT_CSV:
        return ees_table_write_csv(table, out, err);
    case CLI_FORMAT_JSON:
        fprintf(out, "{\"schema\":\"%s\",\"%s\":", schema, key);
        rc = ees_table_write_json(table, out, err);
        fprintf(out, ",\"version\":\"%s\"}\n", ees_version());
        return rc;
    default:
        return ees_table_write_text(table, out, &style, err);
    }
}

void cli_put_json_date(FILE *out, ees_date date) {
    char text[EES_DATE_TEXT_MAX];
    if (date == EES_DATE_NONE)
        fputs("null", out);
    else
        ees_json_put_string(out, ees_date_format(date, text));
}
