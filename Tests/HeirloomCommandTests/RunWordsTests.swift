import Testing

@testable import heirloom

@Suite struct RunWordsTests {
  static let rows: [(given: [String], prepared: [String])] = [
    ([], []),
    (["modinfo", "--module", "a=b"], ["modinfo", "--module", "a=b"]),
    (["run", "--", "p"], ["run", "--", "p"]),
    (["run", "p", "-x", "--module", "m", "k=v"], ["run", "--", "p", "-x", "--module", "m", "k=v"]),
    (["run", "--table", "t", "p"], ["run", "--table", "t", "--", "p"]),
    (["run", "--table=t", "-v", "p"], ["run", "--table=t", "-v", "--", "p"]),
    (["run", "--module", "m.so", "--", "p"], ["run", "--module", "m.so", "--", "p"]),
    (["run", "--module", "m.so", "a=1", "_b2=x=y", "--", "p"], ["run", "--module", "m.so\0a=1\0_b2=x=y", "--", "p"]),
    (["run", "--module", "m.so", "a=1", "--module", "n.so", "b=", "p"],
      ["run", "--module", "m.so\0a=1", "--module", "n.so\0b=", "--", "p"]),
    (["run", "--module=m.so", "a=1", "p=q/r", "./a=b"], ["run", "--module=m.so\0a=1\0p=q/r", "--", "./a=b"]),
    (["run", "--module", "m.so", "2=1"], ["run", "--module", "m.so", "--", "2=1"]),
    (["run", "--module"], ["run", "--module"]),
    (["run", "--help"], ["run", "--help"]),
    (["exec", "p", "--table", "t"], ["exec", "--", "p", "--table", "t"]),
    (["exec", "--kernel", "k", "--table", "t", "p"], ["exec", "--kernel", "k", "--table", "t", "--", "p"]),
    (["boot", "--plugins", "d", "--module", "m.so", "a=1", "-q"], ["boot", "--plugins", "d", "--module", "m.so\0a=1", "-q"]),
  ]

  @Test(arguments: rows.indices) func preparesWords(_ index: Int) {
    let row = Self.rows[index]
    #expect(RunWords.prepared(row.given) == row.prepared)
  }

  @Test func modulesKeepTheirParameters() throws {
    let run = try Run.parse(Array(RunWords.prepared(
      ["run", "-q", "--module", "a.so", "x=1", "y=two words", "--module", "b.so", "--table", "t", "prog", "--table", "u"]
    ).dropFirst()))
    #expect(run.setup.modules.map(\.path) == ["a.so", "b.so"])
    #expect(run.setup.modules.map(\.parameters) == [["x=1", "y=two words"], []])
    #expect(run.table == "t")
    #expect(run.program == ["prog", "--table", "u"])
    #expect(run.setup.quiet && !run.setup.verbose)
  }

  @Test func aProgramIsNeeded() {
    #expect(throws: (any Error).self) { try Run.parse(["--table", "t"]) }
  }
}

@Suite struct MissingCallsTests {
  @Test func readsNames() {
    let names = MissingCalls.names(in: "#ifndef X\n#define __NR_read 3\n#define __NR_socketcall 102\n#define __NR_odd (1)\n")
    #expect(names == [3: "read", 102: "socketcall"])
  }

  @Test func alignsColumns() {
    let text = MissingCalls([(102, 12), (999, 1)]).text(names: [102: "socketcall"])
    #expect(text == """
      heirloom: system calls that were asked for and are missing
        number  name        times
           102  socketcall     12
           999  ?               1

      """)
  }
}
