import MachineFuzz
import Testing

/// A short share of `make fuzz-machine`, always the same one. What the machine carries out itself follows an AMD Zen 4 where
/// the manuals leave something open.
@Suite("random code beside the real processor", .serialized, .enabled(if: Native.isThere && HostProcessor.isAMD, "needs gcc -m32, AMD"))
struct FuzzTests {
  @Test("random sequences")
  func sequences() throws {
    let report = try Fuzzer(workers: 2).run(first: 1, count: 8192)
    for text in report.differences { Issue.record("\(text)") }
    #expect(report.cases == 8192)
  }
}
