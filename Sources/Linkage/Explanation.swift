import Bytes

/// Texts that explain a binary's linkage to the person who ships it.
extension Binary {
  /// The format, architecture and kind, such as `ELF x86-64, executable (PIE)`.
  package var summary: String {
    let what =
      switch kind {
      case .executable: isPositionIndependent && format == .elf ? "executable (PIE)" : "executable"
      case .sharedObject where format == .elf && (interpreter != nil || isPositionIndependent): "executable (PIE)"
      case .sharedObject where format == .elf && !hasDynamicSection: "executable (PIE, damaged)"
      case .sharedObject: "shared library"
      case .object: "object file"
      case .core: "core dump"
      case .other(let name): name
      }
    return "\(format.rawValue) \(architecture), \(what)"
  }

  /// The settings of the Go build that affect linkage, such as `CGO_ENABLED=0 -buildmode=pie`; nil without build
  /// information.
  package var goSettings: String? {
    guard let go else { return nil }
    let telling = go.settings.filter { setting in
      switch setting.key {
      case "CGO_ENABLED", "-tags", "-ldflags": true
      case "-buildmode": setting.value != "exe"
      default: false
      }
    }
    return telling.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }

  /// The sentences that explain the binary: its needs, the consequence and the remedy. Empty if it is static.
  package var explanation: [String] {
    switch assessment.answer {
    case .isStatic: return unresolvedSymbols + nameServices
    case .notAProgram(let reason): return ["This is \(reason)."]
    case .asStaticAsPossible:
      return ["It needs only system libraries of \(system ?? "its platform"), which has no static programs."]
    case .notStatic(let causes): return causes.flatMap(explain) + unresolvedSymbols
    }
  }

  private var unresolvedSymbols: [String] {
    guard !unresolved.isEmpty else { return [] }
    let names = unresolved.map(\.text).joined(separator: ", ")
    return ["It uses \(names), but does not say in which library to look."]
  }

  private var nameServices: [String] {
    guard loadsNameServices else { return [] }
    let isGo = go != nil
    return [
      "static-nss: it contains glibc, which loads libnss_*.so when it looks up hosts, users or groups.",
      "Without the same glibc at run time these calls fail or crash.",
      isGo
        ? "Build it with -tags netgo,osusergo or CGO_ENABLED=0."
        : "Link it statically with musl (CC=musl-gcc), or do not look up hosts, users or groups.",
    ]
  }

  private func explain(_ cause: LinkageAssessment.Cause) -> [String] {
    switch cause {
    case .interpreter(let path):
      let also = needed.isEmpty ? ", and no library" : ""
      // Go 1.19 does not record -buildmode, but the header shows it.
      let isGoPIE = needed.isEmpty && go != nil && isPositionIndependent
      return [
        "It needs the loader \(path.text)\(also).",
        "In a FROM scratch image it fails with \"no such file or directory\".",
      ] + store(of: path) + (isGoPIE ? ["Build it without -buildmode=pie (check GOFLAGS)."] : [])
    case .needed(let libraries):
      var sentences = ["It needs \(libraries.map(\.text).joined(separator: ", "))\(family)."]
      if let glibcVersion {
        sentences.append("The C library must have GLIBC_\(glibcVersion) or newer.")
      }
      if let go {
        let isOff = go.setting("CGO_ENABLED") == "0"
        sentences.append(
          isOff
            ? "CGO_ENABLED was 0: a package imports it with //go:cgo_import_dynamic."
            : cgoAdvice)
      }
      return sentences
    case .relocation:
      return [
        "It is position-independent (ET_DYN) but has no PT_DYNAMIC: it crashes at start. Remove the linker flag -d."
      ]
    case .sharedLibrary: return ["It is a library that other programs load, not a program."]
    }
  }

  /// How to build a Go program that calls C. Without cgo, a third-party package that does may lose a feature or not build.
  private var cgoAdvice: String {
    let own = cgoPackages.filter {
      $0 == "main" || ($0.split(UInt8(ascii: "/")).first ?? "").contains(UInt8(ascii: "."))
    }
    if own.isEmpty { return "Build it with CGO_ENABLED=0." }
    let names = own.prefix(3).map(\.text).joined(separator: ", ") + (own.count > 3 ? " and \(own.count - 3) more" : "")
    return "Build it with CGO_ENABLED=0 if it can do without the C code of \(names): staticgo check tells."
  }

  /// The sentence about a loader in the store of a package manager, which other machines do not have.
  private func store(of loader: ByteString) -> [String] {
    if loader.hasPrefix("/nix/store/") {
      return ["It was built with Nix: the loader exists only where Nix installed it."]
    }
    if loader.hasPrefix("/gnu/store/") {
      return ["It was built with Guix: the loader exists only where Guix installed it."]
    }
    return []
  }

  private var family: String {
    switch cLibrary {
    case .musl: " (musl): it does not run with glibc"
    case .glibc: " (glibc): it does not run on Alpine"
    case .bionic: " (Android)"
    case .uClibc: " (uClibc)"
    case nil: ""
    }
  }
}
