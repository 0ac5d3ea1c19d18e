import Bytes
import Diagnostics
import Diagrams
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ChainDiagramTests {
  private func answer(_ chains: [[(from: ByteString, file: ByteString)]], to package: ByteString) -> WhyAnswer {
    WhyAnswer(
      main: MainName(importPath: "example.com/app/cmd/app", directory: "cmd/app"), target: "linux/amd64",
      package: package, name: package.text, rule: RuleID("cgo-dependency"), severity: .error, isWithCgoOnly: false,
      ways: chains.map { way in
        way.map { hop in
          Hop(
            package: hop.from, location: Location(file: hop.file, line: 7, column: 2, isInRepository: true), text: "")
        }
      }, isTruncated: false)
  }

  private var diamond: ChainDiagram {
    ChainDiagram([
      answer(
        [
          [("example.com/app/cmd/app", "cmd/app/main.go"), ("example.com/app/a", "a/a.go")],
          [("example.com/app/cmd/app", "cmd/app/main.go"), ("example.com/app/b", "b/b.go")],
        ], to: "github.com/a/sqlite")
    ])
  }

  @Test("a picture has each package once, without the path of the module, and the rule of the culprit")
  func dot() {
    #expect(
      diamond.dot == """
        digraph why {
          rankdir=TB;
          node [shape=box, style=filled, fontname="sans-serif"];
          edge [fontname="sans-serif", fontsize=10];
          p0 [label="cmd/app", color="#1f6feb", fillcolor="#ddf4ff"];
          p1 [label="a", color="#8c959f", fillcolor="#ffffff"];
          p2 [label="github.com/a/sqlite\\ncgo-dependency", color="#cf222e", fillcolor="#ffebe9"];
          p3 [label="b", color="#8c959f", fillcolor="#ffffff"];
          p0 -> p1 [label="main.go:7"];
          p1 -> p2 [label="a.go:7"];
          p0 -> p3 [label="main.go:7"];
          p3 -> p2 [label="b.go:7"];
        }

        """)
  }

  @Test("in an SVG a package is below all that import it, and boxes do not overlap")
  func rows() {
    let boxes = diamond.svg.matches(of: /<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/).map { match in
      [match.1, match.2, match.3, match.4].map { Int($0)! }
    }
    #expect(boxes.count == 4)
    let (main, a, culprit, b) = (boxes[0], boxes[1], boxes[2], boxes[3])
    #expect(main[1] + main[3] < a[1] && a[1] == b[1] && a[1] + a[3] < culprit[1])
    #expect(a[0] + a[2] <= b[0])
    #expect(diamond.svg.matches(of: /marker-end/).count == 4)
  }

  @Test(
    "names from strangers end no label",
    arguments: [
      "a\"b", "a\\", "a]|b", "<script>", "a&b", "\u{1b}[31m", "a\nb", "##vso[x]", "a`b", "end", "%%{init: {}}%%",
    ])
  func hostile(_ name: String) throws {
    let path = ByteString("example.com/app/" + name)
    let picture = ChainDiagram([answer([[(path, ByteString(name + ".go"))]], to: "p")])
    let document = try XMLDocument(xmlString: picture.svg)
    #expect(try document.nodes(forXPath: "//*[local-name()='script']").isEmpty)
    for text in [picture.svg, picture.dot, picture.mermaid] {
      #expect(!text.contains("\u{1b}") && !text.contains("##vso["))
    }
    #expect(picture.mermaid.split(separator: "\n").count == 5)
    #expect(picture.dot.split(separator: "\n").count == 8)
  }
}
