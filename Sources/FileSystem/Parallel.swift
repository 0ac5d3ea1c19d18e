import Dispatch
import Synchronization

/// The results of `body` for each item, in the order of the items, computed on all cores in chunks.
///
/// A task for each file costs more than it saves (60 against 40 ms for 5,562 files); chunks do not.
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
