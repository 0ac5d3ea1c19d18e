/// The two cgo modes.
package enum CgoMode: Sendable, Hashable, CaseIterable {
  case on, off
}
