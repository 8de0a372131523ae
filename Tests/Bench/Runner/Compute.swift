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
  private let names: [String]
  var steps: Int { 2 * rounds * names.count + (withQemu ? names.count : 0) }

  init(_ setting: Setting) {
    self.setting = setting
    names = Command("\(setting.build)/bench/compute-0", "names").output().split(separator: "\n").map(String.init)
  }

  private struct Row {
    var native = Samples(), heirloom = Samples(), qemu = Samples()
    var result = ""
  }

  func measure(into report: inout Report) {
    var rows = names.map { _ in Row() }

    func record(_ index: Int, _ command: Command, _ samples: WritableKeyPath<Row, Samples>) {
      let name = names[index]
      let line = command.output()
      let fields = line.split { "\t\n".contains($0) }.map(String.init)
      guard fields.count == 3, fields[0] == name, let seconds = Double(fields[2]) else { fail("\(line): not a row of compute") }
      if rows[index].result.isEmpty { rows[index].result = fields[1] }
      if rows[index].result != fields[1] { fail("\(name): \(fields[1]), and \(rows[index].result) before") }
      rows[index][keyPath: samples].add(seconds)
    }
    for round in 1...rounds {
      let program = "\(setting.build)/bench/compute-\(round % Self.layouts)"
      // Row by row, so that what is compared has run at nearly the same time.
      for (index, name) in names.enumerated() {
        inTurns(round) {
          setting.progress.step("round \(round), \(name), native")
          record(index, Command(program, name), \.native)
        } _: {
          setting.progress.step("round \(round), \(name), heirloom")
          record(index, setting.guest([program, name]), \.heirloom)
        }
        guard withQemu && round == 1 else { continue }
        setting.progress.step("round \(round), \(name), qemu-i386")
        record(index, Command("qemu-i386", program, name), \.qemu)
      }
    }

    report.title(
      "Compute",
      """
      CPU time over native i386's: medians of \(rounds) rounds that take turns, with the lowest and the highest. The rounds differ
      in where the code stands. Every result was the native one.
      """)
    var ratios: [Double] = []
    var lines: [[String]] = []
    for (name, row) in zip(names, rows) {
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
