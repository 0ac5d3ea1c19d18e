#ifndef STATICGO_CYAML_H
#define STATICGO_CYAML_H

#include <stddef.h>
#include <stdint.h>

/// Reads the first document of YAML, and writes what it says one behind the other into memory that the caller gives to
/// staticgo_yaml_free.
///
/// Numbers are unsigned, of four bytes, the lowest first. A value is a byte that says what it is, and
///   m  how many, and for each: a value, the key; a value
///   a  how many, and the values
///   s  a text: how many bytes, and those
///   o  nothing: there is none, or it lies deeper, or takes more room, than any that is read here
/// What aliases mean is written where they stand. Returns the number of bytes; 0 where it is no YAML.
size_t staticgo_yaml_flatten(const uint8_t *text, size_t length, uint8_t **bytes);

void staticgo_yaml_free(uint8_t *bytes);

#endif
