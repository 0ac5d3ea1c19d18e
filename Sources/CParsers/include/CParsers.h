#ifndef STATICGO_CPARSERS_H
#define STATICGO_CPARSERS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Both parsers write the document in one flat encoding to a buffer, which the caller frees with staticgo_flat_free.
//
// Numbers are unsigned, four bytes, little-endian. A position is four numbers: line and column of the start, line and
// column of the end; lines and columns start at 1, columns count characters. A string is its number of bytes and the
// bytes. A value is a byte for its type, its position, and its content:
//   t  table: the number of entries; for each entry the key (a string), the key's position, and the value
//   a  array: the number of values, and the values
//   s  string: a string
//   i  integer: a string, in decimal
//   b  boolean: no content
//   d  date: a string, YYYY-MM-DD
//   o  other (a float, a time, or a value that is too deep or too large): no content
//   !  the text is not a document: a string, the reason
// Both return the number of bytes; 0 if memory runs out.

/// Parses TOML.
size_t staticgo_flatten_toml(const uint8_t *text, size_t length, uint8_t **bytes);

/// Parses the first YAML document. Every scalar is a string; a key that is not a scalar is omitted with its value; an
/// alias is written as the value that it refers to.
size_t staticgo_flatten_yaml(const uint8_t *text, size_t length, uint8_t **bytes);

void staticgo_flat_free(uint8_t *bytes);

#ifdef __cplusplus
}
#endif

#endif
