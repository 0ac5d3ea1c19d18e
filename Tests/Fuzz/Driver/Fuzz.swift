import Bytes
import FuzzTargets
import System

/// `Fuzz` lists the targets. `Fuzz TARGET DIRECTORY` writes the seeds of a target and its dictionary. When `.ci/fuzz`
/// built it, `Fuzz TARGET` with options of libFuzzer searches for inputs that reach new code and break a property.
@main struct Fuzz {
  private static let target = FuzzTarget.all.first { [$0.name] == CommandLine.arguments.dropFirst().prefix(1) }

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else { return print(FuzzTarget.all.map(\.name).joined(separator: "\n")) }
    guard let target else { fatalError("there is no target \(arguments[1])") }
    if arguments.count == 3, !arguments[2].hasPrefix("-") { return try writeSeeds(of: target, to: arguments[2]) }
    #if LIBFUZZER
      search(target)
    #else
      fatalError("this program was not built by .ci/fuzz")
    #endif
  }

  private static func writeSeeds(of target: FuzzTarget, to directory: String) throws {
    for (number, seed) in target.seeds.enumerated() { try replaceFile(ByteString("\(directory)/seed-\(number)"), seed) }
    let words = target.words.map { word in
      "\"" + word.utf8.map { #"\x"# + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\"\n"
    }
    try replaceFile(ByteString("\(directory).dict"), Array(words.joined().utf8))
  }
}

#if LIBFUZZER
  private import CLibFuzzer

  extension Fuzz {
    /// Runs libFuzzer, whose program name is the name of the target.
    private static func search(_ target: FuzzTarget) {
      var count = CommandLine.argc - 1
      var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv + 1
      _ = unsafe LLVMFuzzerRunDriver(&count, &arguments) { data, size in
        let input = unsafe Array(UnsafeBufferPointer(start: data, count: size))
        if let violation = Fuzz.target?.check(input) { fatalError(violation) }
        return 0
      }
    }
  }
#endif
