/// CPU time of compute loops against native i386.
struct Compute: Benchmark {
  static let name = "compute"
  let setting: Setting
  /// Layouts of the code that the Makefile builds; a round takes one.
  private static let layouts = 3
  /// Seven rounds make one of each layout.
  private var rounds: Int { max(1, setting.rounds / 2) }
  /// It takes longer than all the rest, so not for a quick look.
  private var withQemu: Bool { setting.withQemu && setting.rounds > 1 }
  var steps: Int { 2 * rounds + (withQemu ? 1 : 0) }

  init(_ setting: Setting) { self.setting = setting }

  private struct Row {
    var native = Samples(), heirloom = Samples(), qemu = Samples()
  }

  func measure(into report: inout Report) {
    var names: [String] = []
    var rows: [String: Row] = [:]
    var results: [String: String] = [:]

    func record(_ command: Command, _ samples: WritableKeyPath<Row, Samples>) {
      for line in command.output().split(separator: "\n") {
        let fields = line.split(separator: "\t").map(String.init)
        guard fields.count == 3, let seconds = Double(fields[2]) else { fail("\(line): not a row of compute") }
        if rows[fields[0]] == nil {
          names.append(fields[0])
          rows[fields[0]] = Row()
        }
        if let known = results[fields[0]], known != fields[1] { fail("\(fields[0]): \(fields[1]), natively \(known)") }
        results[fields[0]] = fields[1]
        rows[fields[0]]![keyPath: samples].add(seconds)
      }
    }
    for round in 1...rounds {
      let program = "\(setting.build)/bench/compute-\(round % Self.layouts)"
      setting.progress.step("round \(round), native")
      record(Command(program), \.native)
      setting.progress.step("round \(round), heirloom")
      record(setting.guest([program]), \.heirloom)
      guard withQemu && round == 1 else { continue }
      setting.progress.step("round \(round), qemu-i386")
      record(Command("qemu-i386", program), \.qemu)
    }

    report.title(
      "Compute",
      """
      CPU time over native i386's: medians of \(rounds) rounds that take turns, with the lowest and the highest. The rounds differ
      in where the code stands. Every result was the native one.
      """)
    var ratios: [Double] = []
    var lines: [[String]] = []
    for name in names {
      let row = rows[name]!
      let ratio = row.heirloom.over(row.native)
      ratios.append(ratio.median)
      lines.append([name, ratio.median.text(2), ratio.range(2)] + (withQemu ? [row.qemu.over(row.native).median.text(1)] : []))
    }
    lines.append(["**geometric mean** (goal ≤ 1.10)", "**\(geometricMean(ratios).text(2))**", ""] + (withQemu ? [""] : []))
    report.table(["", "ratio", "range"] + (withQemu ? ["qemu-i386, once"] : []), lines)
    let worst = zip(ratios, names).max { $0.0 < $1.0 }!
    report.line("Worst row: \(worst.1), \(worst.0.text(2)).")
    report.line()
  }
}
