#include "CParsers.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

// With aliases, a few lines can expand to more data than fits in memory.
static const size_t size_limit = 4 << 20;
static const int depth_limit = 16;

typedef struct {
  uint8_t *bytes;
  size_t count;
} writer;

static void put(writer *writer, const void *bytes, size_t count) {
  if (writer->count + count > size_limit) return;
  memcpy(writer->bytes + writer->count, bytes, count);
  writer->count += count;
}

static void put_number(writer *writer, size_t value) {
  uint8_t bytes[4] = {value & 0xff, value >> 8 & 0xff, value >> 16 & 0xff, value >> 24 & 0xff};
  put(writer, bytes, sizeof bytes);
}

static void put_text(writer *writer, const yaml_node_t *scalar) {
  put_number(writer, scalar->data.scalar.length);
  put(writer, scalar->data.scalar.value, scalar->data.scalar.length);
}

static void put_position(writer *writer, const yaml_node_t *node) {
  yaml_mark_t none = {0, 0, 0};
  yaml_mark_t start = node == NULL ? none : node->start_mark;
  yaml_mark_t end = node == NULL ? none : node->end_mark;
  put_number(writer, start.line + 1);
  put_number(writer, start.column + 1);
  put_number(writer, end.line + 1);
  put_number(writer, end.column + 1);
}

static void begin(writer *writer, char kind, const yaml_node_t *node) {
  put(writer, &kind, 1);
  put_position(writer, node);
}

static const yaml_node_t *key_of(yaml_document_t *document, const yaml_node_pair_t *pair) {
  const yaml_node_t *key = yaml_document_get_node(document, pair->key);
  bool is_text = key != NULL && key->type == YAML_SCALAR_NODE && key->data.scalar.length <= size_limit / 256;
  return is_text ? key : NULL;
}

static void put_node(writer *writer, yaml_document_t *document, int index, int depth) {
  const yaml_node_t *node = yaml_document_get_node(document, index);
  // Half of the buffer is kept for nodes that have already begun.
  if (node == NULL || depth > depth_limit || writer->count > size_limit / 2) {
    begin(writer, 'o', node);
    return;
  }
  switch (node->type) {
  case YAML_SCALAR_NODE:
    if (node->data.scalar.length > size_limit / 16) {
      begin(writer, 'o', node);
      return;
    }
    begin(writer, 's', node);
    put_text(writer, node);
    return;
  case YAML_SEQUENCE_NODE: {
    const yaml_node_item_t *end = node->data.sequence.items.top;
    begin(writer, 'a', node);
    put_number(writer, end - node->data.sequence.items.start);
    for (const yaml_node_item_t *item = node->data.sequence.items.start; item < end; item++) {
      put_node(writer, document, *item, depth + 1);
    }
    return;
  }
  case YAML_MAPPING_NODE: {
    const yaml_node_pair_t *first = node->data.mapping.pairs.start, *end = node->data.mapping.pairs.top;
    size_t count = 0;
    for (const yaml_node_pair_t *pair = first; pair < end; pair++) count += key_of(document, pair) != NULL;
    begin(writer, 't', node);
    put_number(writer, count);
    for (const yaml_node_pair_t *pair = first; pair < end; pair++) {
      const yaml_node_t *key = key_of(document, pair);
      if (key == NULL) continue;
      put_text(writer, key);
      put_position(writer, key);
      put_node(writer, document, pair->value, depth + 1);
    }
    return;
  }
  default: begin(writer, 'o', node);
  }
}

size_t staticgo_flatten_yaml(const uint8_t *text, size_t length, uint8_t **bytes) {
  *bytes = NULL;
  yaml_parser_t parser;
  if (!yaml_parser_initialize(&parser)) return 0;
  yaml_parser_set_input_string(&parser, text, length);
  yaml_document_t document;
  writer writer = {malloc(size_limit), 0};
  if (writer.bytes != NULL && yaml_parser_load(&parser, &document)) {
    put_node(&writer, &document, 1, 0);
    yaml_document_delete(&document);
  } else if (writer.bytes != NULL) {
    const char *problem = parser.problem == NULL ? "invalid YAML" : parser.problem;
    put(&writer, "!", 1);
    for (int end = 0; end < 2; end++) {
      put_number(&writer, parser.problem_mark.line + 1);
      put_number(&writer, parser.problem_mark.column + 1);
    }
    put_number(&writer, strlen(problem));
    put(&writer, problem, strlen(problem));
  }
  yaml_parser_delete(&parser);
  *bytes = writer.bytes;
  return writer.count;
}
