/* A table in the format that was asked for. */
#include "cli.h"

int cli_show_table(cli *app, const ees_table *table, ees_error *err) {
    ees_table_style style = {.width = cli_width(app), .colour = cli_colored(app)};
    return cli_given(app)->format == CLI_FORMAT_CSV ? ees_table_write_csv(table, cli_out(app), err)
                                                    : ees_table_write_text(table, cli_out(app), &style, err);
}
