package import Bytes

/// The assessment of a binary by the rule "as static as its platform allows".
package struct LinkageAssessment: Sendable, Equatable {
  package enum Cause: Sendable, Equatable {
    /// PT_INTERP: the kernel starts this loader first, and fails if it is missing.
    case interpreter(ByteString)
    /// Shared libraries that are not part of the platform.
    case needed([ByteString])
    /// ET_DYN without PT_DYNAMIC: its relocations are never applied.
    case relocation
    /// A library for other programs to load.
    case sharedLibrary
  }

  package enum Answer: Sendable, Equatable {
    case isStatic
    /// The platform has no static binaries, and this one needs only libraries that are part of the platform.
    case asStaticAsPossible
    case notStatic([Cause])
    /// The file is not a program, so it is neither static nor dynamic.
    case notAProgram(String)
  }

  package let answer: Answer
}

/// A C library, recognized by names that only it uses.
package enum CLibrary: String, Sendable {
  case glibc, musl, bionic, uClibc

  package init?(interpreter: ByteString?, needed: [ByteString]) {
    let loader = (interpreter ?? "").baseName
    if loader.hasPrefix("ld-musl") || needed.contains(where: { $0.hasPrefix("libc.musl") }) {
      self = .musl
    } else if loader.hasPrefix("ld-uClibc") {
      self = .uClibc
    } else if loader.hasPrefix("linker") {
      self = .bionic
    } else if loader.hasPrefix("ld-linux") || loader.hasPrefix("ld64.so") || needed.contains("libc.so.6")
      || loader == "ld.so.1"
    {
      self = .glibc
    } else {
      return nil
    }
  }
}

extension Binary {
  package var cLibrary: CLibrary? { CLibrary(interpreter: interpreter, needed: needed) }

  /// The assessment of the binary: does it need more than its platform always has? Only the headers decide. `ldd` and
  /// `file` are not used: they call a PIE with a loader static and do not handle other architectures.
  package var assessment: LinkageAssessment {
    switch kind {
    case .object: return LinkageAssessment(answer: .notAProgram("an object file, not a program"))
    case .core: return LinkageAssessment(answer: .notAProgram("a core dump, not a program"))
    case .other(let description): return LinkageAssessment(answer: .notAProgram(description))
    case .executable, .sharedObject: break
    }
    var causes: [LinkageAssessment.Cause] = []
    switch system {
    case "openbsd", "solaris", "illumos", "aix", "android", "darwin", "ios", "windows":
      let foreign = needed.filter { !isPartOfPlatform($0) }
      if !foreign.isEmpty { causes.append(.needed(foreign)) }
      return LinkageAssessment(answer: causes.isEmpty ? .asStaticAsPossible : .notStatic(causes))
    default:
      if let interpreter { causes.append(.interpreter(interpreter)) }
      if !needed.isEmpty { causes.append(.needed(needed)) }
      if causes.isEmpty, type == "ET_DYN" {
        if !hasDynamicSection {
          causes.append(.relocation)
        } else if !isPositionIndependent {
          causes.append(.sharedLibrary)
        }
      }
      return LinkageAssessment(answer: causes.isEmpty ? .isStatic : .notStatic(causes))
    }
  }

  private func isPartOfPlatform(_ library: ByteString) -> Bool {
    let name = library.baseName.text.lowercased()
    switch system {
    case "darwin", "ios": return library.hasPrefix("/usr/lib/") || library.hasPrefix("/System/Library/")
    case "windows": return Self.windowsLibraries.contains(name) || name.hasPrefix("api-ms-win-")
    case "openbsd": return ["libc.so", "libpthread.so"].contains { name.hasPrefix($0) }
    case "solaris", "illumos":
      return ["libc.so", "libsocket.so", "libsendfile.so", "libnsl.so", "libresolv.so", "libm.so", "libpthread.so"]
        .contains { name.hasPrefix($0) }
    case "aix": return name.hasPrefix("libc.a") || name.hasPrefix("libpthread.a") || name.hasPrefix("libpthreads.a")
    case "android": return ["libc.so", "libm.so", "libdl.so", "liblog.so", "libandroid.so"].contains(name)
    default: return false
    }
  }

  /// Libraries of every Windows version since 7, without those of a compiler (libgcc, winpthread, vcruntime).
  private static let windowsLibraries: Set<String> = [
    "advapi32.dll", "bcrypt.dll", "bcryptprimitives.dll", "cfgmgr32.dll", "comctl32.dll", "comdlg32.dll", "crypt32.dll",
    "dbghelp.dll", "dnsapi.dll", "gdi32.dll", "iphlpapi.dll", "kernel32.dll", "mpr.dll", "mswsock.dll", "msvcrt.dll",
    "netapi32.dll", "ntdll.dll", "ole32.dll", "oleaut32.dll", "powrprof.dll", "psapi.dll", "rpcrt4.dll", "secur32.dll",
    "setupapi.dll", "shell32.dll", "shlwapi.dll", "user32.dll", "userenv.dll", "version.dll", "winmm.dll",
    "winspool.drv", "wintrust.dll", "ws2_32.dll", "wtsapi32.dll",
  ]
}
