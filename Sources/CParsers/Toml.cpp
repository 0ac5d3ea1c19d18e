#include "CParsers.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

// Debian's libtomlplusplus-dev is header-only. Errors are returned as values: no exception may pass through Swift.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
// Our keys need no more than tables of lists, and each level may have a key of many dotted names.
#define TOML_MAX_NESTED_VALUES 8
// toml++ asserts conditions that it then checks and reports: `[=]` would abort the program instead of giving an error.
// Without NDEBUG its assumptions are assertions too, so the compiler does not optimize on them.
#undef NDEBUG
#define TOML_ASSERT(expression) static_cast<void>(0)
#include <toml++/toml.h>

namespace {

struct Writer {
  std::string bytes;

  void number(size_t value) {
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>(value >> shift & 0xff));
  }

  void text(std::string_view text) {
    number(text.size());
    bytes.append(text);
  }

  void place(const toml::source_region &region) {
    number(region.begin.line);
    number(region.begin.column);
    number(region.end.line);
    number(region.end.column);
  }

  void value(const toml::node &node, int depth = 0) {
    if (depth > 8) {
      begin('o', node);
    } else if (const auto *table = node.as_table()) {
      begin('t', node);
      number(table->size());
      for (const auto &[key, item] : *table) {
        text(key.str());
        place(key.source());
        value(item, depth + 1);
      }
    } else if (const auto *array = node.as_array()) {
      begin('a', node);
      number(array->size());
      for (const auto &item : *array) value(item, depth + 1);
    } else if (const auto *string = node.as_string()) {
      begin('s', node);
      text(string->get());
    } else if (const auto *integer = node.as_integer()) {
      begin('i', node);
      char text[32];
      std::snprintf(text, sizeof text, "%lld", static_cast<long long>(integer->get()));
      this->text(text);
    } else if (node.is_boolean()) {
      begin('b', node);
    } else if (const auto *date = node.as_date()) {
      begin('d', node);
      char text[32];
      std::snprintf(
          text, sizeof text, "%04u-%02u-%02u", static_cast<unsigned>(date->get().year),
          static_cast<unsigned>(date->get().month), static_cast<unsigned>(date->get().day));
      this->text(text);
    } else {
      begin('o', node);
    }
  }

 private:
  void begin(char kind, const toml::node &node) {
    bytes.push_back(kind);
    place(node.source());
  }
};

}  // namespace

size_t staticgo_flatten_toml(const uint8_t *text, size_t length, uint8_t **bytes) {
  Writer writer;
  const auto result = toml::parse(std::string_view(reinterpret_cast<const char *>(text), length));
  if (result) {
    writer.value(result.table());
  } else {
    writer.bytes.push_back('!');
    writer.place(result.error().source());
    writer.text(result.error().description());
  }
  *bytes = static_cast<uint8_t *>(std::malloc(writer.bytes.size()));
  if (*bytes == nullptr) return 0;
  std::memcpy(*bytes, writer.bytes.data(), writer.bytes.size());
  return writer.bytes.size();
}

void staticgo_flat_free(uint8_t *bytes) { std::free(bytes); }
