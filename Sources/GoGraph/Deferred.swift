import Synchronization

/// What is made when it is first asked for, once, by whichever thread asks.
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

  /// The value, where somebody has asked for it.
  package var known: Value? { made.withLock { $0 } }
}
