#ifndef STATICGO_CYAML_H
#define STATICGO_CYAML_H

#include <stddef.h>
#include <stdint.h>

/// Parses the first YAML document and writes it in a flat encoding to a buffer, which the caller frees with
/// staticgo_yaml_free.
///
/// Numbers are unsigned, four bytes, little-endian. A value is a byte for its type, and its content:
///   m  mapping: the number of pairs; for each pair the key (a value) and the value
///   a  sequence: the number of values, and the values
///   s  scalar: the number of bytes, and the bytes
///   o  other (missing, too deep or too large): no content
/// An alias is written as the value that it refers to. Returns the number of bytes; 0 if the text is not YAML.
size_t staticgo_yaml_flatten(const uint8_t *text, size_t length, uint8_t **bytes);

void staticgo_yaml_free(uint8_t *bytes);

#endif
