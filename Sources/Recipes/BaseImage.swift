import Bytes

/// The facts that the name of an image shows: its C library, and whether it has a shell, a C compiler and Go.
///
/// Sources: docker-library/repo-info and docker-library/golang, GoogleContainerTools/distroless (static.bzl, base.bzl),
/// images.chainguard.dev; read in November 2026.
package struct BaseImage: Sendable, Hashable {
  package enum Library: String, Sendable {
    case none, glibc, musl
  }

  /// As in the file, with its variables replaced.
  package let name: String
  /// Nil where the image is not known.
  package var library: Library?
  package var hasShell: Bool?
  /// Whether `gcc` is there, which go takes for cgo.
  package var hasCompiler: Bool?
  /// Whether the image is known not to set CGO_ENABLED.
  package var isPlain = false
  /// The files that a program may look for (docker-library/repo-info, distroless static.bzl, November 2026).
  package var contents = ImageContents()
  /// The Go release of a golang image, such as 1.22; nil where its tag does not say.
  package var goMinor: Int?

  /// The image for a reference in FROM. `isCertain` tells whether every part of it is known.
  package init(_ reference: String, isCertain: Bool) {
    name = reference
    let path = reference.split(separator: "@", maxSplits: 1).first.map(String.init) ?? reference
    var parts = path.split(separator: "/").map(String.init)
    let last = parts.popLast() ?? ""
    let pieces = last.split(separator: ":", maxSplits: 1).map(String.init)
    let (repository, tag) = (pieces.first ?? "", pieces.count > 1 ? pieces[1] : "")
    // A registry does not hide the name.
    if let first = parts.first, first.contains(".") || first.contains(":") || first == "localhost" {
      parts.removeFirst()
    }
    if reference == "scratch" {
      (library, hasShell, hasCompiler, isPlain) = (Library.none, false, false, true)
      contents = ImageContents([.roots: false, .zoneinfo: false, .user: false, .tmp: false, .program: false])
      return
    }
    let owner = parts.joined(separator: "/")
    if owner.hasPrefix("distroless") || owner.hasSuffix("/distroless") || owner == "distroless" {
      distroless(repository, tag)
    } else if owner == "chainguard", repository == "static", !tag.contains("dev") {
      (library, hasShell, hasCompiler, isPlain) = (Library.none, false, false, true)
      contents = ImageContents([.roots: true, .zoneinfo: true, .user: true, .tmp: true, .program: false])
    } else if ["", "library", "docker/library"].contains(owner) {
      official(repository, tag, isCertain: isCertain)
    }
  }

  private mutating func distroless(_ repository: String, _ tag: String) {
    isPlain = true
    hasCompiler = false
    hasShell = tag.contains("debug")
    contents = ImageContents([.zoneinfo: true, .user: true, .tmp: true])
    if !repository.contains("nossl") { contents[.roots] = true }
    if hasShell == false { contents[.program] = false }
    if repository.hasPrefix("static") {
      library = Library.none
    } else if ["base", "cc", "python", "java", "nodejs"].contains(where: { repository.hasPrefix($0) }) {
      library = .glibc
    } else {
      (library, hasShell, isPlain) = (nil, nil, false)
      contents = ImageContents()
    }
  }

  private mutating func official(_ repository: String, _ tag: String, isCertain: Bool) {
    // A variable in the tag may select another distribution.
    let isAlpine = tag.contains("alpine")
    switch repository {
    case "alpine":
      (library, hasShell, hasCompiler, isPlain) = (.musl, true, false, true)
      contents = ImageContents([.roots: true, .zoneinfo: false, .user: true, .tmp: true])
    case "golang":
      isPlain = true
      hasShell = true
      let digits = tag.hasPrefix("1.") ? tag.dropFirst(2).prefix { $0.isNumber } : ""
      goMinor = Int(digits)
      if tag.contains("windows") || tag.contains("nanoserver") {
        (isPlain, hasShell) = (false, nil)
      } else if isAlpine {
        (library, hasCompiler) = (.musl, false)
      } else if isCertain {
        (library, hasCompiler) = (.glibc, true)
      }
    case "debian", "ubuntu", "fedora", "amazonlinux", "rockylinux", "almalinux", "oraclelinux", "centos", "opensuse":
      (library, hasShell, hasCompiler, isPlain) = (.glibc, true, false, true)
      if repository == "debian" { contents = ImageContents([.roots: false, .zoneinfo: true, .user: true, .tmp: true]) }
      if repository == "ubuntu" {
        contents = ImageContents([.roots: false, .zoneinfo: false, .user: true, .tmp: true])
      }
    case "buildpack-deps" where !tag.contains("curl") && !tag.contains("scm"):
      (library, hasShell, hasCompiler, isPlain) = (.glibc, true, true, true)
    default: break
    }
  }
}
