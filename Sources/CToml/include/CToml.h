#ifndef STATICGO_CTOML_H
#define STATICGO_CTOML_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Reads TOML, and writes what it says one behind the other into memory that the caller gives to staticgo_toml_free.
///
/// Numbers are unsigned, of four bytes, the lowest first. A place is four of them: line and column of the beginning, line
/// and column of the end; columns count characters. A value is a byte that says what it is, its place, and
///   t  how many, and for each: a text, the key; its place; a value
///   a  how many, and the values
///   s  a text: how many bytes, and those
///   i  nothing: a whole number
///   b  nothing: true or false
///   d  a text, the date as YYYY-MM-DD
///   o  nothing: a number with a point, a time, or what lies more than eight levels deep
///   !  a text: why it is no TOML
/// Returns the number of bytes; 0 where memory runs out.
size_t staticgo_toml_flatten(const char *text, size_t length, uint8_t **bytes);

void staticgo_toml_free(uint8_t *bytes);

#ifdef __cplusplus
}
#endif

#endif
