import Bytes
import Glibc

/// The first argument of this program where it is the guard of another one: the program and its arguments follow.
package let guardArgument = "__guard"

/// The program that can be a guard: this one, unless it is used as a library.
var guardProgram: ByteString? {
  guard let program = try? readLink("/proc/self/exe"), program.baseName == "staticgo" else { return nil }
  return program
}

/// Runs a program, and kills it with all that it has started when the process that started the guard ends.
///
/// `go build` would run on after its caller was killed. PR_SET_PDEATHSIG is no way: it refers to the thread that started the
/// program, and threads come and go. The guard, the program and what it starts are one process group, the guard's own.
/// Ends with the exit code of the program.
package func runGuarded(_ command: [String]) -> Never {
  let caller = getppid()
  var mask = sigset_t()
  unsafe sigemptyset(&mask)
  var attributes = posix_spawnattr_t()
  unsafe posix_spawnattr_init(&attributes)
  unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
  unsafe posix_spawnattr_setsigmask(&attributes, &mask)
  var arguments: [UnsafeMutablePointer<CChar>?] = unsafe command.map { unsafe strdup($0) } + [nil]
  var child: pid_t = 0
  guard let program = command.first,
    unsafe posix_spawn(&child, program, nil, &attributes, &arguments, environ) == 0
  else { exit(127) }
  unsafe sigaddset(&mask, SIGCHLD)
  unsafe sigprocmask(SIG_BLOCK, &mask, nil)
  var wait = timespec(tv_sec: 0, tv_nsec: 250_000_000)
  while true {
    var status: Int32 = 0
    if unsafe waitpid(child, &status, WNOHANG) == child { end(like: status) }
    // The caller is gone if another process is the parent now.
    if getppid() != caller { kill(0, SIGKILL) }
    _ = unsafe sigtimedwait(&mask, nil, &wait)
  }
}

private func end(like status: Int32) -> Never {
  let signal = status & 0x7f
  guard signal != 0 else { exit(status >> 8 & 0xff) }
  // The caller sees the same signal.
  Glibc.signal(signal, SIG_DFL)
  raise(signal)
  exit(128 + signal)
}
