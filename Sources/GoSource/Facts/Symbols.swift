package import Bytes
import Synchronization

/// The number of a string that occurs in many files: an import path, a package name, a build tag.
package struct Symbol: Sendable, Hashable {
  package let index: Int

  package init(index: Int) { self.index = index }
}

/// The strings that symbols represent. Symbols are numbered in order of creation and never removed.
package final class Symbols: Sendable {
  private struct State {
    var strings: [ByteString]
    var indices: [ByteString: Int]
  }
  private let state: Mutex<State>

  package init(_ strings: [ByteString] = []) {
    var indices = [ByteString: Int](minimumCapacity: strings.count)
    for (index, string) in strings.enumerated() { indices[string] = index }
    state = Mutex(State(strings: strings, indices: indices))
  }

  package subscript(symbol: Symbol) -> ByteString {
    state.withLock { $0.strings.indices.contains(symbol.index) ? $0.strings[symbol.index] : "" }
  }

  package var count: Int { state.withLock { $0.strings.count } }
  package var strings: [ByteString] { state.withLock { $0.strings } }

  package func symbol(for string: ByteString) -> Symbol {
    state.withLock { state in
      if let index = state.indices[string] { return Symbol(index: index) }
      let index = state.strings.count
      state.strings.append(string)
      state.indices[string] = index
      return Symbol(index: index)
    }
  }
}
