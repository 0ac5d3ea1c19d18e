import Bytes
import Diagnostics
import Foundation
import Rules
import TestSupport
import Testing

/// The shapes of Tests/StubShapes, judged by their source in memory. Its `run.py` compares them with Go.
@Suite struct StubShapeTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    let name: String
    let fails: Bool
    /// The code of the files for both builds, for the one with cgo and for the one without, and the call in main.
    let parts: [String: String]
    var testDescription: String { name }

    static let all: [Shape] = {
      let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../StubShapes/shapes.txt")
      let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
      return ("\n" + text).components(separatedBy: "\n## ").dropFirst().map { shape in
        let sections = shape.components(separatedBy: "\n-- ")
        var parts: [String: String] = [:]
        for section in sections.dropFirst() {
          let halves = section.components(separatedBy: " --\n")
          parts[halves[0]] = halves.count > 1 ? halves[1] : ""
        }
        let title = sections[0].components(separatedBy: ": ")
        return Shape(name: title[1], fails: title[0] == "fails", parts: parts)
      }
    }()

    func file(_ constraint: String, _ part: String) -> String {
      let code = parts[part] ?? ""
      let isNative = code.contains("C.")
      let error = part == "nocgo" && code.contains("errNoCgo") && !(parts["common"] ?? "").contains("var errNoCgo")
      return """
        \(constraint)

        package lib
        import ("errors"; "os"; "sync"; "fmt"; "io")
        \(isNative ? "import \"C\"" : "")
        \(error ? "var errNoCgo = errors.New(\"needs cgo\")" : "")
        \(code)

        """
    }

    var archive: Archive {
      Archive(
        """
        -- go.mod --
        module example.com/m
        go 1.21
        -- lib/lib.go --
        \(file("", "common"))
        -- lib/c.go --
        \(file("//go:build cgo", "cgo"))
        -- lib/n.go --
        \(file("//go:build !cgo", "nocgo"))
        -- main.go --
        package main
        import "example.com/m/lib"
        func say(error) {}
        func main() { \(parts["call"] ?? "") }
        """)
    }
  }

  @Test("there are at least 40 shapes, of which at least 15 work")
  func count() {
    #expect(Shape.all.count >= 40)
    #expect(Shape.all.filter { !$0.fails }.count >= 15)
  }

  @Test("a shape that fails is found, and one that works is not", arguments: Shape.all)
  func judged(_ shape: Shape) throws {
    let found = try ExampleTests.findings(shape.archive).filter { $0.rule == .cgoStub }
    #expect(found.isEmpty != shape.fails, "\(found.map(\.message))")
    #expect(found.allSatisfy { $0.severity == .error })
  }
}
