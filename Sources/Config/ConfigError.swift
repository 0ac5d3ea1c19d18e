/// An error in a configuration, with its location.
package struct ConfigError: Error {
  package let message: String
  package let line: Int
  /// The column in UTF-8 bytes, starting at 1.
  package let column: Int

  init(_ message: String, _ place: TOML.Place) {
    self.message = message
    line = place.line
    column = place.column
  }
}
