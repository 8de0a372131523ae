/// The paper's Table 1: lmbench's operations with and without inheritance, beside other ways to run the same program.
struct Table1: Benchmark {
  static let name = "table1"
  let setting: Setting
  /// A round takes two seconds, and many short ones tell more than a few long ones.
  private var rounds: Int { setting.rounds * 5 }
  var places: [Place] { Place.allCases.filter { $0 != .qemu || setting.withQemu } }
  var steps: Int { rounds * Self.rows.count * places.count }

  init(_ setting: Setting) { self.setting = setting }

  /// Nanoseconds of one row, a round each.
  struct Result {
    let row: Row
    var times: [Place: Samples] = [:]

    subscript(_ place: Place) -> Samples { times[place] ?? Samples() }
    /// What inheritance costs where a call is not overridden.
    var cost: Samples { self[.selected].over(self[.withoutTables]) }
    func overNative(_ place: Place) -> Samples { self[place].over(self[.i386]) }
  }

  func measure(into report: inout Report) {
    let results = run()
    report.title(
      "The paper's Table 1",
      """
      Nanoseconds of one call: medians of \(rounds) rounds in which all rows and columns take turns. Ratios are taken round by
      round; in brackets, between which the middle half of them lies. [How it is measured](README.md#the-papers-table-1).
      """)
    table(results, into: &report)
    report.picture("Table 1 as a chart: what inheritance costs, and each row over native i386", chart(results))
    goals(results, into: &report)
  }

  private func run() -> [Result] {
    var results = Self.rows.map { Result(row: $0) }
    for round in 0..<rounds {
      for index in results.indices {
        let row = results[index].row
        // Each in its turn is first, and each follows another.
        for turn in places.indices {
          let place = places[(turn * (round % 2 == 0 ? 1 : places.count - 1) + round) % places.count]
          setting.progress.step("\(row.name), \(place.name)")
          results[index].times[place, default: Samples()].add(command(row, on: place).number())
        }
      }
    }
    return results
  }

  private func table(_ results: [Result], into report: inout Report) {
    let header = [
      "", "(a) built without tables", "(b) table selected", "**(b) / (a)**", "the paper", "(c) overridden", "(c) − (b)",
      "(d) native i386", "**(b) / (d)**", "(e) native x86-64",
    ]
    report.table(
      header + (setting.withQemu ? ["(f) qemu-i386", "(f) / (d)"] : []),
      results.map { result in
        func time(_ place: Place) -> String { result[place].median.text(result[place].median < 100 ? 1 : 0) }
        let overNative = result.overNative(.selected)
        let cells = [
          result.row.name, time(.withoutTables), time(.selected),
          "**\(result.cost.median.text(3))** (\(result.cost.middleHalf(3)))", result.row.paperRatio.text(2),
          time(.overridden), result[.overridden].minus(result[.selected]).median.text(0), time(.i386),
          "**\(overNative.median.text(2))** (\(overNative.middleHalf(2)))", time(.x86_64),
        ]
        return cells + (setting.withQemu ? [time(.qemu), result.overNative(.qemu).median.text(1)] : [])
      })
  }

  /// Says of each goal which rows miss it.
  private func goals(_ results: [Result], into report: inout Report) {
    let syscall = results[0]
    let added = syscall[.selected].minus(syscall[.withoutTables]).median
    let costly = results.dropFirst().filter { $0.cost.median > 1.01 + 0.0005 }
    let slow = results.filter { $0.overNative(.selected).median > $0.row.limit + 0.005 }
    report.line("- A selected table adds \(added.text(1)) ns to the shortest call (goal: at most 2).")
    report.line(
      "- (b) / (a), goal ≤ 1.01 on every other row: "
        + (costly.isEmpty ? "met by all." : "missed by " + costly.map { "\($0.row.name) (\($0.cost.median.text(3)))" }.joined(separator: ", ") + "."))
    report.line(
      "- (b) / (d), goal ≤ 1.10 for Stat and Open/close, ≤ 1.00 for every other row: "
        + (slow.isEmpty ? "met by all." : "missed by " + slow.map { "\($0.row.name) (\($0.overNative(.selected).median.text(2)))" }.joined(separator: ", ") + "."))
    report.line()
  }
}
