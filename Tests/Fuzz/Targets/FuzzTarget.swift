/// A reader of files that strangers send, with the properties that must hold for every input.
package struct FuzzTarget: Sendable {
  package let name: String
  /// Inputs that reach most of the reader's code; mutation starts from them.
  package let seeds: [[UInt8]]
  /// Words of the input's language, for libFuzzer's dictionary.
  package let words: [String]
  /// The longest input that is tried, in bytes.
  package let lengthLimit: Int
  /// Reads an input. Returns the property that does not hold, or nil. A crash is a finding too.
  package let check: @Sendable ([UInt8]) -> String?

  init(
    _ name: String, seeds: [String], words: [String] = [], lengthLimit: Int = 4096,
    check: @escaping @Sendable ([UInt8]) -> String?
  ) {
    self.init(name, binarySeeds: seeds.map { Array($0.utf8) }, words: words, lengthLimit: lengthLimit, check: check)
  }

  init(
    _ name: String, binarySeeds: [[UInt8]], words: [String] = [], lengthLimit: Int = 4096,
    check: @escaping @Sendable ([UInt8]) -> String?
  ) {
    self.name = name
    seeds = binarySeeds
    self.words = words
    self.lengthLimit = lengthLimit
    self.check = check
  }

  package static let all: [FuzzTarget] =
    goTargets + moduleTargets + configTargets + recipeTargets + binaryTargets + outputTargets
}
