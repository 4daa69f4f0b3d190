/** @file Version of the library, and the attributes of its functions. */
#ifndef EESIM_VERSION_H
#define EESIM_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

/** The version of these headers; ees_version() is that of the library they are linked with. */
#define EES_VERSION_MAJOR 0
#define EES_VERSION_MINOR 1
#define EES_VERSION_PATCH 0

#if defined(__GNUC__)
#define EES_API __attribute__((visibility("default")))
#define EES_MUST_CHECK __attribute__((warn_unused_result))
#define EES_PRINTF(format_index, args_index) __attribute__((format(printf, format_index, args_index)))
#else
#define EES_API
#define EES_MUST_CHECK
#define EES_PRINTF(format_index, args_index)
#endif

/** @return "MAJOR.MINOR.PATCH", static storage. */
EES_API const char *ees_version(void);

#ifdef __cplusplus
}
#endif

#endif
