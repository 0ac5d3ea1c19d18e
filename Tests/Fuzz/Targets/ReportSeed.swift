/// A report as the program writes it.
enum ReportSeed {
  static let json = #"""
    {"allowed":[],"builds":{"built":0,"remembered":0,"tried":0},"errors":[{"file":"a.go","message":"x"}],"findings\#
    ":[{"allMainsBuild":false,"chain":[{"column":8,"endColumn":11,"endLine":3,"file":"main.go","line":3,"package":\#
    "a.org/b","text":"import \#
    \"C\""}],"column":8,"culprit":"a.org/b","dirs":["."],"endColumn":11,"endLine":3,"excerpt":"import \#
    \"C\"","file":"main.go","fingerprint":"cgo-import:a.org/b","help":"add files with //go:build !cgo to it, or \#
    move the code that needs C to a separate program","label":"every file of a.org/b imports \#
    \"C\"","line":3,"lineHash":"fa0edf1f1db06e3d:1","mains":["a.org/b"],"message":"b does not build without cgo: \#
    all files of the main package need it","new":true,"predicate":"does not build without cgo: all files of the \#
    main package need it","related":[],"rule":"cgo-import","severity":"error","targets":["linux/amd64"]}],"limits"\#
    :{"affected":true,"new":true},"mains":[{"affected":true,"because":[],"becauseChain":[],"build":"none","dir":".\#
    ","importPath":"a.org/b","new":true,"reason":"a.org/b","remembered":false,"tags":[],"target":"linux/amd64","ve\#
    rdict":"blocked"}],"notes":[],"snapshot":{"kind":"index"},"summary":{"affected":1,"findings":{"error":1,"note"\#
    :0,"warning":0},"mains":1,"suppressed":0},"targets":["linux/amd64"],"tool":{"name":"staticgo","version":"0.1.0\#
    "},"toolchain":{"goroot":"/usr/lib/go","version":"go1.27.3"},"version":1}
    """#
}
