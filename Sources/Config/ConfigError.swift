/// Why a configuration cannot be followed, and where.
package struct ConfigError: Error {
  package let message: String
  package let line: Int
  /// In UTF-8 bytes, from 1.
  package let column: Int

  init(_ message: String, _ place: TOML.Place) {
    self.message = message
    line = place.line
    column = place.column
  }
}
