import Bytes
import Testing

@testable import Linkage

@Suite struct RuntimeNeedTests {
  @Test(
    "the functions of a program show its needs",
    arguments: [
      (["net/http.(*Server).Serve", "crypto/tls.Client", "crypto/x509.loadSystemRoots", "time.Now"], []),
      (["net/http.(*Client).do"], ["roots"]),
      (["net/http.(*Transport).RoundTrip", "time.LoadLocation"], ["roots", "zoneinfo"]),
      (["time.LoadLocation", "time/tzdata.init.0"], ["zoneinfo by time/tzdata.init.0"]),
      (
        ["os/user.LookupId", "os.UserHomeDir", "os.CreateTemp", "os/exec.Command"], ["user", "home", "tmp", "program"]
      ),
    ] as [(Set<ByteString>, [String])])
  func needs(_ functions: Set<ByteString>, _ expected: [String]) {
    let found = RuntimeNeed.all(of: functions).map { reached in
      reached.need.rawValue + (reached.replacement.map { " by \($0.text)" } ?? "")
    }
    #expect(found == expected)
  }

  @Test(
    "the functions of the standard library at the end of a chain",
    arguments: [
      (["main.main", "os.CreateTemp"], 1),
      (["main.main", "example.com/a.F", "net/http.Get", "net/http.(*Client).do"], 2),
      (["archive/tar.init.0", "os/user.LookupId"], 2), (["github.com/a/b.F"], 0),
    ])
  func distance(_ calls: [String], _ expected: Int) { #expect(RuntimeNeed.distance(of: calls) == expected) }
}
