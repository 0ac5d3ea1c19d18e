import Foundation
import FuzzTargets
import TestSupport
import Testing

/// The targets of `.ci/fuzz`, each over its seeds, over the inputs in Tests/Fuzz/Corpus that broke it once, and over a
/// few thousand mutations of both that are the same in every run.
@Suite struct FuzzTests {
  private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fuzz/Corpus")

  private func corpus(of target: FuzzTarget) throws -> [[UInt8]] {
    let directory = Self.corpus.appending(path: target.name)
    let files = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
    return target.seeds + (try files.map { Array(try Data(contentsOf: $0)) })
  }

  @Test("the properties hold for the corpus and for its mutations", arguments: FuzzTarget.all.indices)
  func target(_ index: Int) throws {
    let target = FuzzTarget.all[index]
    let corpus = try corpus(of: target)
    #expect(corpus.contains { !$0.isEmpty })
    for input in corpus { #expect(target.check(input) == nil, "\(target.name)") }
    var noise = Noise(state: UInt64(index) + 1)
    for _ in 0..<3_000 {
      let input = mutated(corpus, target, &noise)
      if let violation = target.check(input) {
        Issue.record("\(target.name): \(violation)\n\(input.debugDescription)")
        return
      }
    }
  }

  @Test("every directory of the corpus belongs to a target") func directories() throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: Self.corpus.path)) ?? []
    #expect(Set(names).isSubset(of: FuzzTarget.all.map(\.name)))
  }

  private func mutated(_ corpus: [[UInt8]], _ target: FuzzTarget, _ noise: inout Noise) -> [UInt8] {
    var input = corpus.randomElement(using: &noise)!
    for _ in 0..<Int.random(in: 1...4, using: &noise) {
      let place = Int.random(in: 0...input.count, using: &noise)
      let other = Int.random(in: place...input.count, using: &noise)
      switch Int.random(in: 0..<7, using: &noise) {
      case 0 where place < input.count: input[place] = UInt8.random(in: .min ... .max, using: &noise)
      case 1 where place < input.count:
        input[place] = [0, 9, 10, 32, 34, 0x7f, 0x80, 0xff].randomElement(using: &noise)!
      case 2: input.removeSubrange(place..<min(other, place + 16))
      case 3: input.insert(contentsOf: input[place..<min(other, place + 64)], at: place)
      case 4:
        if let word = target.words.randomElement(using: &noise) {
          input.insert(contentsOf: Array(word.utf8), at: place)
        }
      case 5:
        let rest = corpus.randomElement(using: &noise)!
        input = Array(input[..<place] + rest[min(place, rest.count)...])
      default: input = Array(input[..<place])
      }
    }
    return Array(input.prefix(target.lengthLimit))
  }
}
