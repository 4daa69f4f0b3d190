/* Attributes of public functions. */
#ifndef EESIM_EXPORT_H
#define EESIM_EXPORT_H

#if defined(__GNUC__)
#define EES_API __attribute__((visibility("default")))
#define EES_MUST_CHECK __attribute__((warn_unused_result))
#define EES_PRINTF(format_index, args_index) __attribute__((format(printf, format_index, args_index)))
#else
#define EES_API
#define EES_MUST_CHECK
#define EES_PRINTF(format_index, args_index)
#endif

#endif
