import Bytes
import Diagnostics
import GoToolchain
import Testing

/// Messages as the releases of Go write them; where two differ, each names its release.
@Suite struct ComplaintTests {
  private func member(_ name: ByteString, _ qualifier: ByteString?, _ type: ByteString) -> Complaint {
    .missingMember(
      Complaint.MissingMember(
        name: name, type: Complaint.TypeReference(qualifier: qualifier, name: type), isLiteral: false))
  }

  @Test(
    "names that are not declared", arguments: ["undefined: x", "undefined: x\n\tmore", "undefined: x (but have X)"])
  func undefined(_ message: String) { #expect(Complaint(ofFile: message) == .undefined("x")) }

  @Test("members that a type lacks")
  func members() {
    #expect(
      Complaint(ofFile: "c.Close undefined (type *db.Conn has no field or method Close)")
        == member("Close", "db", "Conn"))
    #expect(
      Complaint(ofFile: "x.M undefined (type *T has no field or method M, but does have m)") == member("M", nil, "T"))
    #expect(
      Complaint(ofFile: "unknown field Handle in struct literal of type db.Conn") == member("Handle", "db", "Conn"))
    // Go 1.19 and before.
    #expect(
      Complaint(ofFile: "cannot use a.T{} as m value: *a.T does not implement m (missing M method)")
        == member("M", "a", "T"))
    // Go 1.20 and after.
    #expect(
      Complaint(
        ofFile:
          "cannot use x (variable of type a.T) as m value in argument to f: a.T does not implement m (missing method M)"
      )
        == member("M", "a", "T"))
    #expect(
      Complaint(ofFile: "x.M undefined (type \"ex.com/m/a\".T[int] has no field or method M)")
        == member("M", "\"ex.com/m/a\"", "T"))
  }

  @Test(
    "modules that are missing",
    arguments: [
      "no required module provides package ex.com/x; to add it:", "missing go.sum entry for module providing package x",
      "module lookup disabled by GOPROXY=off",
      "cannot find module providing package x: import lookup disabled by -mod=vendor",
    ])
  func modules(_ message: String) {
    #expect(Complaint(ofFile: message) == .module)
    #expect(Complaint(ofPackage: message) == .module)
  }

  @Test(
    "what the linker refuses",
    arguments: [
      "relocation target main.f not defined", "main.main: relocation target example.com/x.F not defined",
      "link: duplicated definition of symbol x, from a (type SDATA size 8) and b (type SDATA size 8)",
      "link: example.com/x: invalid reference to runtime.f",
    ])
  func link(_ message: String) { #expect(Complaint(ofPackage: message) == .link) }

  @Test(
    "what the go command rejects in the code",
    arguments: [
      "import cycle not allowed", "build constraints exclude all Go files in /x",
      "function main is undeclared in the main package",
      "C source files not allowed when not using cgo or SWIG: x.c",
      "package foo is not in std (/go/src/foo)", "use of internal package x/internal not allowed",
    ])
  func code(_ message: String) { #expect(Complaint(ofPackage: message) == .code) }

  @Test(
    "everything else means that nothing can be judged", arguments: ["no space left on device", "", "signal: killed"])
  func others(_ message: String) {
    #expect(Complaint(ofPackage: message) == .other)
    #expect(Complaint(ofFile: message) == .other)
  }
}
