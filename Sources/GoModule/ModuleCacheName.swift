package import Bytes

extension ModuleVersion {
  /// The path and version as the module cache spells them, each upper-case letter as `!` and its lower case; nil if Go
  /// rejects the module.
  ///
  /// Neither has an element `.` or `..`, so both stay below the directory that they are appended to. Follows EscapePath
  /// and EscapeVersion of golang.org/x/mod/module.
  package var cacheName: (path: ByteString, version: ByteString)? {
    guard isModulePath(path), isModuleCacheVersion(version) else { return nil }
    return (escaped(path), escaped(version))
  }
}

/// Whether a path is a valid module path (CheckPath): an import path whose first element is a lower-case domain name.
private func isModulePath(_ path: ByteString) -> Bool {
  guard malformation(of: path) == nil, let domain = path.split(UInt8(ascii: "/")).first else { return false }
  return domain.contains(UInt8(ascii: "."))
    && domain.bytes.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
        UInt8(ascii: "."):
        true
      default: false
      }
    }
}

/// Whether a version is a valid directory name in the module cache (checkElem for files): one path element without `!`.
private func isModuleCacheVersion(_ version: ByteString) -> Bool {
  guard let last = version.bytes.last, last != UInt8(ascii: ".") else { return false }
  let stem = String(decoding: version.bytes.prefix { $0 != UInt8(ascii: ".") }, as: UTF8.self)
  guard !isReservedOnWindows(stem) else { return false }
  return version.text.unicodeScalars.allSatisfy { scalar in
    scalar.isASCII ? isFileNameByte(UInt8(scalar.value)) : scalar.properties.isAlphabetic && scalar != "\u{fffd}"
  }
}

/// Whether a file name may contain a byte: fileNameOK of golang.org/x/mod/module, without `!`.
private func isFileNameByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"):
    true
  default: fileNamePunctuation.contains(byte)
  }
}

private let fileNamePunctuation = Array("#$%&()+,-.=@[]^_{}~ ".utf8)

private func escaped(_ text: ByteString) -> ByteString {
  var escaped: [UInt8] = []
  for byte in text.bytes {
    if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) {
      escaped.append(UInt8(ascii: "!"))
      escaped.append(byte | 0x20)
    } else {
      escaped.append(byte)
    }
  }
  return ByteString(escaped)
}
