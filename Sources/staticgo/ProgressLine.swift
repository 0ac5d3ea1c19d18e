import Bytes
import System

/// The progress on standard error: a line that changes each second and is removed at the end. Without a terminal a new
/// line each half minute, since CI systems stop jobs that print nothing.
final class ProgressLine {
  private let isShown: Bool
  /// When the line may be printed again, in nanoseconds.
  private var next: UInt64
  private let start = monotonicNanoseconds()
  private var last = ""

  init(isShown: Bool) {
    self.isShown = isShown
    next = StandardStream.error.isTerminal ? 0 : start + Self.interval
  }

  /// The time between two lines in nanoseconds.
  private static let interval: UInt64 = 30_000_000_000
  private static let refresh: UInt64 = 1_000_000_000

  /// Shows a text, or removes the line with nil.
  func show(_ text: String?) {
    guard isShown else { return }
    let now = monotonicNanoseconds()
    guard StandardStream.error.isTerminal else {
      guard let text, now >= next else { return }
      next = now + Self.interval
      printError("\(text) (\((now - start) / Self.refresh) s)")
      return
    }
    guard let text else {
      last = ""
      StandardStream.error.write("\r\u{1b}[K")
      return
    }
    if text == last, now < next { return }
    (last, next) = (text, now + Self.refresh)
    let seconds = (now - start) / Self.refresh
    let time = seconds > 0 ? " \(seconds) s" : ""
    let width = StandardStream.error.layoutWidth() - 1
    StandardStream.error.write("\r\u{1b}[K\(printable("staticgo: \(text)\(time) …").prefix(width))")
  }
}
