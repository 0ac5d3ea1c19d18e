#include "CYaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

// With aliases, a few lines can expand to more data than fits in memory.
static const size_t size_limit = 1 << 20;
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

static void put_node(writer *writer, yaml_document_t *document, int index, int depth) {
  const yaml_node_t *node = yaml_document_get_node(document, index);
  // Half of the buffer is kept for nodes that have already begun: each takes at most five more bytes.
  if (node == NULL || depth > depth_limit || writer->count > size_limit / 2) {
    put(writer, "o", 1);
    return;
  }
  switch (node->type) {
  case YAML_SCALAR_NODE:
    if (node->data.scalar.length > size_limit / 4) {
      put(writer, "o", 1);
      return;
    }
    put(writer, "s", 1);
    put_number(writer, node->data.scalar.length);
    put(writer, node->data.scalar.value, node->data.scalar.length);
    return;
  case YAML_SEQUENCE_NODE: {
    const yaml_node_item_t *end = node->data.sequence.items.top;
    put(writer, "a", 1);
    put_number(writer, end - node->data.sequence.items.start);
    for (const yaml_node_item_t *item = node->data.sequence.items.start; item < end; item++) {
      put_node(writer, document, *item, depth + 1);
    }
    return;
  }
  case YAML_MAPPING_NODE: {
    const yaml_node_pair_t *end = node->data.mapping.pairs.top;
    put(writer, "m", 1);
    put_number(writer, end - node->data.mapping.pairs.start);
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < end; pair++) {
      put_node(writer, document, pair->key, depth + 1);
      put_node(writer, document, pair->value, depth + 1);
    }
    return;
  }
  default: put(writer, "o", 1);
  }
}

size_t staticgo_yaml_flatten(const uint8_t *text, size_t length, uint8_t **bytes) {
  *bytes = NULL;
  yaml_parser_t parser;
  if (!yaml_parser_initialize(&parser)) return 0;
  yaml_parser_set_input_string(&parser, text, length);
  yaml_document_t document;
  writer writer = {malloc(size_limit), 0};
  if (writer.bytes != NULL && yaml_parser_load(&parser, &document)) {
    put_node(&writer, &document, 1, 0);
    yaml_document_delete(&document);
  }
  yaml_parser_delete(&parser);
  *bytes = writer.bytes;
  return writer.count;
}

void staticgo_yaml_free(uint8_t *bytes) { free(bytes); }
