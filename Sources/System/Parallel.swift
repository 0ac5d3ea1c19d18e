import CShims
import Dispatch
import Synchronization

/// Returns the result of `body` for each item, in the order of the items, computed on all cores in chunks.
///
/// One task per file costs more than it saves (60 ms instead of 40 ms for 5,562 files); chunks do not.
package func parallelMap<Item: Sendable, Result: Sendable>(
  _ items: [Item], chunk: Int = 64, _ body: @Sendable (Item) -> Result
) -> [Result] {
  guard items.count > chunk else { return items.map(body) }
  let chunks = (items.count + chunk - 1) / chunk
  let slots = Mutex([[Result]](repeating: [], count: chunks))
  DispatchQueue.concurrentPerform(iterations: chunks) { index in
    let results = items[(index * chunk)..<min((index + 1) * chunk, items.count)].map(body)
    slots.withLock { $0[index] = results }
  }
  return slots.withLock { $0.flatMap { $0 } }
}

/// Makes memory allocation cheap for a short run.
package func growHeapFast() { staticgo_grow_heap_fast() }

/// A piece of work that runs on another thread; `value` waits for its result.
package final class Background<Result: Sendable>: Sendable {
  private let result = Mutex<Result?>(nil)
  private let group = DispatchGroup()

  package init(_ body: @escaping @Sendable () -> Result) {
    DispatchQueue.global(qos: .userInitiated).async(group: group) {
      let result = body()
      self.result.withLock { $0 = result }
    }
  }

  /// Waits for the result and returns it. Any thread may call it.
  package func value() -> Result {
    group.wait()
    return result.withLock { $0! }
  }
}
