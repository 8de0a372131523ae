/// The first part of `Compute`: loops.
struct Loops {
  let setting: Setting
  /// Layouts of the code that the Makefile builds; a round takes one.
  private static let layouts = 3
  let rounds: Int
  /// It takes longer than all the rest, so not for a quick look.
  private var withQemu: Bool { setting.withQemu && setting.rounds > 1 }
  private let names: [String]
  var steps: Int { 2 * rounds * names.count + (withQemu ? names.count : 0) }

  init(_ setting: Setting, rounds: Int) {
    self.setting = setting
    self.rounds = rounds
    names = Command("\(setting.build)/bench/compute-0", "names").output().split(separator: "\n").map(String.init)
  }

  private struct Row {
    var native = Samples(), heirloom = Samples(), qemu = Samples()
    var result = ""
  }

  /// - Returns: each row's name and ratio.
  func measure(into report: inout Report) -> [(name: String, ratio: Double)] {
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

    report.line("Loops; the rounds differ in where the code stands. Every result was the native one.")
    report.line()
    let ratios = rows.map { $0.heirloom.over($0.native) }
    report.table(
      ["", "ratio", "range"] + (withQemu ? ["qemu-i386, once"] : []),
      rows.indices.map { index in
        let row = rows[index]
        return [names[index], ratios[index].median.text(2), ratios[index].range(2)]
          + (withQemu ? [row.qemu.over(row.native).median.text(1)] : [])
      })
    return zip(names, ratios).map { ($0, $1.median) }
  }
}
