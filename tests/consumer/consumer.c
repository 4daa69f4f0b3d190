#include <stdio.h>
#include <stdlib.h>

#include <eesim.h>

/* consumer DATA MODELS: the version, and a question put to the core. */
int main(int argc, char **argv) {
    char *answer = NULL;
    ees_error err = {0};
    ees_context *context = NULL;
    ees_context_options options;
    ees_context_options_init(&options);
    if (argc != 3)
        return 2;
    options.data_dir = argv[1];
    options.models_dir = argv[2];
    int rc = ees_context_create(&context, &options, &err);
    if (rc == EES_OK)
        rc = ees_answer_json(context, "{\"command\":\"rounds\",\"last\":1}", &answer, &err);
    printf("%s\n%s", ees_version(), rc ? err.message : answer);
    free(answer);
    ees_context_destroy(context);
    return rc != 0;
}
