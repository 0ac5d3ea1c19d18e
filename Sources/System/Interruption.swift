import Bytes
import CShims
import Glibc
import Synchronization

/// SIGINT, SIGTERM and SIGHUP: each ends the process with 130, from any state, and leaves nothing behind.
///
/// The signal sets a flag and wakes a thread. If programs are running, that thread waits for `runProcess` to stop them
/// and for the main thread to end the process. Then it removes what is temporary and ends the process itself.
package enum Interruption {
  package static func startNoting() { staticgo_note_signals { Interruption.end() } }

  package static var isNoted: Bool { staticgo_noted_signal() != 0 }

  /// The files and directories to remove, and the number of programs that are running. A signal finds nothing but global
  /// state.
  private static let temporaries = Mutex<Set<ByteString>>([])
  private static let running = Mutex(0)

  /// Creates something temporary with `make`, which returns its path. A signal cannot come between creating and noting.
  static func note<Failure: Error>(_ make: () throws(Failure) -> ByteString) throws(Failure) -> ByteString {
    let made = temporaries.withLock { paths -> Result<ByteString, Failure> in
      do throws(Failure) {
        let path = try make()
        paths.insert(path)
        return .success(path)
      } catch { return .failure(error) }
    }
    return try made.get()
  }

  static func forget(_ path: ByteString) { temporaries.withLock { _ = $0.remove(path) } }

  static func programStarts() { running.withLock { $0 += 1 } }
  static func programEnds() { running.withLock { $0 -= 1 } }

  private static func end() {
    var waited = 0
    while running.withLock({ $0 }) > 0, waited < 3_000 {
      waited += 10
      usleep(10_000)
    }
    // The main thread now ends the process, and clears the terminal's last line.
    if waited > 0 { usleep(100_000) }
    temporaries.withLock { paths in
      for path in paths { remove(path) }
      // Other threads wait for the lock, so nothing temporary is made after this.
      _exit(130)
    }
  }

  /// Removes a tree into which another thread may be writing its last file.
  private static func remove(_ path: ByteString) {
    for _ in 0..<10 {
      removeTree(path)
      if fileStatus(path, followingLinks: false) == nil { return }
      usleep(5_000)
    }
  }
}
