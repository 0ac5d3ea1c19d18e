import Synchronization

/// A value that is computed once, on first use, by whichever thread uses it first.
package final class Deferred<Value: Sendable>: Sendable {
  private let made = Mutex<Value?>(nil)
  private let make: @Sendable () -> Value

  package init(_ make: @escaping @Sendable () -> Value) { self.make = make }

  package var value: Value {
    made.withLock { made in
      if let made { return made }
      let value = make()
      made = value
      return value
    }
  }

  /// The value; nil if it has not been computed yet.
  package var known: Value? { made.withLock { $0 } }
}
