import Bytes

/// What a binary's linkage means to the one who ships it.
extension Binary {
  /// As in `ELF x86-64, executable (PIE)`.
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

  /// The settings of the Go build that say something about linkage, as in `CGO_ENABLED=0 -buildmode=pie`.
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

  /// What is to be said of the binary, a sentence each: what it needs, what happens without, what to do.
  package var explanation: [String] {
    switch standing.answer {
    case .isStatic: return []
    case .notAProgram(let reason): return ["This is \(reason)."]
    case .asStaticAsPossible:
      return ["It needs only what every \(system ?? "such") system comes with; there are no static programs there."]
    case .notStatic(let causes): return causes.flatMap(explain)
    }
  }

  private func explain(_ cause: Standing.Cause) -> [String] {
    switch cause {
    case .interpreter(let path):
      let also = needed.isEmpty ? ", and no library" : ""
      // Go 1.19 does not write -buildmode down; the header says it all the same.
      let isGoPIE = needed.isEmpty && go != nil && isPositionIndependent
      return [
        "It needs the loader \(path.text)\(also).",
        "In an image FROM scratch it ends with \"no such file or directory\".",
      ] + (isGoPIE ? ["Build it without -buildmode=pie (look into GOFLAGS)."] : [])
    case .needed(let libraries):
      var sentences = ["It needs \(libraries.map(\.text).joined(separator: ", "))\(family)."]
      if let glibcVersion {
        sentences.append("The C library must have GLIBC_\(glibcVersion) or newer.")
      }
      if let go {
        let isOff = go.setting("CGO_ENABLED") == "0"
        sentences.append(
          isOff
            ? "CGO_ENABLED was 0: a //go:cgo_import_dynamic in some package asks for it."
            : "Build it with CGO_ENABLED=0.")
      }
      return sentences
    case .relocation:
      return ["It is ET_DYN without PT_DYNAMIC: nobody relocates it, and it crashes at start. Drop -d from -ldflags."]
    case .sharedLibrary: return ["It is a library that other programs load, not a program."]
    }
  }

  private var family: String {
    switch cLibrary {
    case .musl: ", of musl: it does not run with glibc"
    case .glibc: ", of glibc: it does not run on Alpine"
    case .bionic: ", of Android"
    case .uClibc: ", of uClibc"
    case nil: ""
    }
  }
}
