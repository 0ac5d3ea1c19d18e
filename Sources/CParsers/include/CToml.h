#ifndef STATICGO_CTOML_H
#define STATICGO_CTOML_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Parses TOML and writes it in a flat encoding to a buffer, which the caller frees with staticgo_toml_free.
///
/// Numbers are unsigned, four bytes, little-endian. A position is four numbers: line and column of the start, line and
/// column of the end; columns count characters. A string is its number of bytes and the bytes. A value is a byte for
/// its type, its position, and its content:
///   t  table: the number of entries; for each entry the key (a string), the key's position, and the value
///   a  array: the number of values, and the values
///   s  string: a string
///   i  integer: no content
///   b  boolean: no content
///   d  date: a string, YYYY-MM-DD
///   o  other (a float, a time, or a value more than eight levels deep): no content
///   !  the text is not TOML: a string, the reason
/// Returns the number of bytes; 0 if memory runs out.
size_t staticgo_toml_flatten(const char *text, size_t length, uint8_t **bytes);

void staticgo_toml_free(uint8_t *bytes);

#ifdef __cplusplus
}
#endif

#endif
