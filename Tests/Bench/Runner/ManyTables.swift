/// Dispatch does not slow down with the number of tables and of tasks, nor with how often a table is derived; what layers, rules and
/// entries cost.
struct ManyTables: Benchmark {
  static let name = "tables"
  let setting: Setting
  var steps: Int { setting.rounds + 1 }

  init(_ setting: Setting) { self.setting = setting }

  /// Numbers of calls: one that no table has, and one that every table has.
  private static let getppid = "64", overridden = "600"
  /// One without arguments, as the kernel knows.
  private static let getpid = "20"

  /// What one program under one kernel has measured: nanoseconds, a round each.
  private struct Case {
    let command: Command
    /// Of each call that was asked for, and of the first one after a switch to its task.
    var steady: [Samples], first: [Samples]

    init(_ command: Command, calls: Int) {
      self.command = command
      (steady, first) = (Array(repeating: Samples(), count: calls), Array(repeating: Samples(), count: calls))
    }

    mutating func measure() {
      let lines = command.output().split(separator: "\n").map { $0.split(separator: "\t").compactMap { Double($0) } }
      guard lines.count == steady.count, lines.allSatisfy({ $0.count == 2 }) else { fail("tables: not what it is to print") }
      for (index, line) in lines.enumerated() {
        steady[index].add(line[0])
        first[index].add(line[1])
      }
    }
  }

  private func many(_ words: [String]) -> [String] { ["--quiet", "--module", "\(setting.build)/bench/many.so"] + words }

  private func guest(
    tables: Int = 1, tasks: Int = 1, depth: Int = 1, calls: [String] = [getppid, overridden], module words: [String] = [], layers: Int = 0
  ) -> Case {
    let layers = (0..<layers).flatMap { ["--module", "\(setting.build)/bench/layer-\($0 + 1).so"] }
    let options = many(["tables=\(tables)"] + words) + layers
    return Case(setting.guest(["\(setting.build)/bench/tables", "\(tasks)", "\(tables)", "\(depth)"] + calls, options), calls: calls.count)
  }

  func measure(into report: inout Report) {
    var one = guest()
    var many = guest(tables: 10_000, tasks: 1_000)
    var deep = guest(depth: 8)
    // The handler that is there does not share its slot, so it lies below all that do.
    var stacks = (0..<4).map { guest(calls: [Self.getpid], module: ["entries=1", "first=\(Self.getpid)"], layers: $0) }
    var ruled = guest(calls: [Self.getppid], module: ["entries=1", "first=64", "rule.64=uid == 77777"])
    for round in 1...setting.rounds {
      setting.progress.step("round \(round)")
      one.measure()
      many.measure()
      deep.measure()
      for index in stacks.indices { stacks[index].measure() }
      ruled.measure()
    }
    report.title(
      "Tables",
      """
      Medians of \(setting.rounds) rounds that take turns, with the lowest and the highest. [How it is measured](README.md#tables).
      """)
    func row(_ what: String, _ ratio: Samples, _ goal: String) -> [String] { [what, ratio.median.text(3), ratio.range(3), goal] }
    report.table(
      ["10,000 tables of 100 entries, with 1,000 tasks on them, over one table and one task", "ratio", "range", "goal"],
      [
        row("a call that the table does not have", many.steady[0].over(one.steady[0]), "≤ 1.05"),
        row("a call that it has", many.steady[1].over(one.steady[1]), "≤ 1.05"),
        row("the first such call after a switch to the task, whose caches others have used", many.first[1].over(one.first[1]), ""),
      ])
    report.table(
      ["A table derived 8 times, over one that is not", "ratio", "range", "goal"],
      [
        row("a call that none of them has", deep.steady[0].over(one.steady[0]), "1.00"),
        row("a call that the uppermost has", deep.steady[1].over(one.steady[1]), "1.00"),
      ])
    report.table(
      ["Layers in one slot, each calling the next", "ns a call", "more than with one less"],
      stacks.indices.map { index in
        let time = stacks[index].steady[0]
        let step = index == 0 ? one.steady[0] : stacks[index - 1].steady[0]
        return ["\(index + 1)", time.median.text(1), time.minus(step).median.text(1) + (index == 0 ? " (than the kernel's getppid)" : "")]
      })
    let miss = ruled.steady[0].minus(one.steady[0])
    report.line("A rule that does not match (`uid == 77777`), before the kernel's own getppid: \(miss.median.text(1)) ns (\(miss.range(1))).")
    report.line()
    setting.progress.step("memory")
    memory(into: &report)
  }

  /// What tables take, from how much is resident with some more of them and with some more in them.
  private func memory(into report: inout Report) {
    let tables = 2000
    func resident(tables: Int, entries: Int) -> Double {
      let result = setting.guest([setting.busybox, "true"], many(["tables=\(tables)", "entries=\(entries)"])).run()
      guard result.exitCode == 0 else { fail("tables: the module cannot be loaded") }
      return Double(result.memory) * 1024
    }
    let (none, few, full) = (resident(tables: 1, entries: 1), resident(tables: tables, entries: 1), resident(tables: tables, entries: 101))
    let entry = (full - few) / Double(tables) / 100
    let table = (few - none) / Double(tables - 1) - entry
    report.line(
      "Memory, all that is resident for \(tables) tables: \(entry.text(0)) bytes for an entry with its handler's call descriptor and "
        + "what listings show of it, and \((table).text(0)) for a table beside them, of which dispatch reads 128 and 512 for each "
        + "group of 64 numbers in use.")
    report.line()
  }
}
